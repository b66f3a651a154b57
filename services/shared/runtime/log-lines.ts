import { writeSync } from 'node:fs';

/** How long a line waits for room in a non-blocking pipe, in milliseconds; no wait once a line was lost. */
const PIPE_WAIT_MS = 100;
const PAUSE_MS = 5;
/** Pino's level number of a warning. */
const WARN = 40;

/**
 * Creates a synchronous writer of whole lines to a descriptor. A line that cannot be written (a full disk, a closed pipe)
 * is dropped and counted, so that the process neither ends nor hangs because of its log; a blocking pipe still blocks. The
 * next line that fits is preceded by a warning with the number of lost lines.
 */
export function createLogLines(name: string, fd: number): { readonly write: (line: string) => void } {
  let lost = 0;
  let torn = false;
  const put = (line: string): boolean => {
    const bytes = Buffer.from(torn ? `\n${line}` : line);
    const written = writeUpTo(bytes, { fd, waitMs: lost === 0 ? PIPE_WAIT_MS : 0 });
    if (written > 0) torn = written < bytes.length;
    return written === bytes.length;
  };
  return {
    write: (line) => {
      if (lost > 0 && put(lossLine(name, lost))) lost = 0;
      if (lost > 0 || !put(line)) lost += 1;
    },
  };
}

const lossLine = (name: string, lost: number): string =>
  `${JSON.stringify({ level: WARN, time: Date.now(), name, lost, msg: 'lines of this log were lost' })}\n`;

/** Writes until done, an error, or `waitMs` have passed; returns the number of bytes written. */
function writeUpTo(bytes: Buffer, { fd, waitMs }: { readonly fd: number; readonly waitMs: number }): number {
  const end = performance.now() + waitMs;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const mayPass = (error as NodeJS.ErrnoException).code === 'EAGAIN';
      if (!mayPass || performance.now() >= end) return at;
      Atomics.wait(NEVER_WOKEN, 0, 0, PAUSE_MS);
    }
  }
  return bytes.length;
}

const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));
