import { writeSync } from 'node:fs';

/** A slow reader of a pipe that cannot wait by itself gets so long for a line, while none was lost. */
const PIPE_WAIT_MS = 100;
const PAUSE_MS = 5;
const WARN = 40;

/**
 * Whole lines into a descriptor, at once. What cannot be written (a full disk, a reader that is gone) is dropped and counted:
 * a process does not end for its log, nor wait for a full disk; a pipe whose reader stands still makes it wait, like every
 * pipe. The next line that can be written comes after one that says how many were lost.
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

/** How many bytes could be written. */
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
