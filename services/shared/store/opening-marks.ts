import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** Marks of the messages that a process is opening, in a file: what was marked when the process ended is known to the next one. */
export interface OpeningMarks {
  /** Marks a message by its sequence in its stream; the returned function removes the mark. */
  begin(seq: number): () => void;
  /** True for a message that was marked when the process before this one ended, until `clear`. */
  wasOpening(seq: number): boolean;
  clear(seq: number): void;
  /** Closes the file; later marks are kept nowhere. */
  close(): void;
}

const SLOT_BYTES = 8;
const EMPTY = 0;

/**
 * Opens the file with room for `slots` marks at a time, and takes what it holds as the marks of the process before. It is never
 * synced: it survives the end of a process, and a power cut is no fault of a message. Any content is read as marks, because a wrong
 * one costs a look in a child process.
 */
export function openOpeningMarks(path: string, slots: number): OpeningMarks {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const bytes = Buffer.alloc(slots * SLOT_BYTES);
  const left = readLeft(file, bytes);
  writeSync(file, bytes.fill(EMPTY), 0, bytes.length, 0);
  const free = Array.from({ length: slots }, (_, slot) => slot);
  let isOpen = true;
  const write = (slot: number, seq: number): void => {
    if (!isOpen) return;
    const at = slot * SLOT_BYTES;
    bytes.writeDoubleLE(seq, at);
    writeSync(file, bytes, at, SLOT_BYTES, at);
  };
  return {
    begin: (seq) => {
      const slot = free.pop();
      if (slot === undefined) throw new RangeError('more messages are opened at a time than there are marks');
      write(slot, seq);
      return () => {
        free.push(slot);
        write(slot, EMPTY);
      };
    },
    wasOpening: (seq) => left.has(seq),
    clear: (seq) => void left.delete(seq),
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function readLeft(file: number, into: Buffer): Set<number> {
  const size = readSync(file, into, 0, into.length, 0);
  const left = new Set<number>();
  for (let at = 0; at + SLOT_BYTES <= size; at += SLOT_BYTES) left.add(into.readDoubleLE(at));
  left.delete(EMPTY);
  return left;
}
