import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedLines } from '../../../services/shared/kernel/bounded-lines.js';

async function linesOf(text: string, cuts: readonly number[], maxBytes = 1_000): Promise<readonly string[]> {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const [at, place] of places.slice(1).entries()) yield Buffer.from(text.slice(places[at], place));
  }
  const lines: string[] = [];
  for await (const line of boundedLines(chunks(), maxBytes)) lines.push(Buffer.from(line).toString());
  return lines;
}

describe('lines of a stream', () => {
  test('law: are the same wherever the stream is cut into chunks', async () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n') });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat()), async (text, cuts) => {
        const lines = text.split('\n');
        expect(await linesOf(text, cuts)).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines);
      }),
    );
  });

  test('above the bound are refused, in one chunk or in several', async () => {
    await expect(linesOf('aaaa\nbbbbb\n', [], 4)).rejects.toMatchObject({ code: 'oversize' });
    await expect(linesOf('aaaa\nbbbbb', [7, 8, 9], 4)).rejects.toMatchObject({ code: 'oversize' });
    expect(await linesOf('aaaa\nbbbb\n', [2, 6], 4)).toEqual(['aaaa', 'bbbb']);
  });
});
