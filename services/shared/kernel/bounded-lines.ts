import { fail } from './errors.js';

const NEWLINE = 0x0a;

/**
 * Yields the lines of a stream of bytes without their line ends; the last one may lack it. Throws `oversize` before more than
 * `maxBytes` of one line are in memory, besides one chunk.
 */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let [parts, length]: [Uint8Array[], number] = [[], 0];
  const take = (part: Uint8Array): void => {
    length += part.length;
    if (length > maxBytes) throw fail('oversize', `a line of more than ${maxBytes} bytes`);
    parts.push(part);
  };
  const whole = (): Uint8Array => {
    const line = Buffer.concat(parts);
    [parts, length] = [[], 0];
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end));
      yield whole();
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) yield whole();
}
