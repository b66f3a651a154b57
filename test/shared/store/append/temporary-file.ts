import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { type AppendFile, openAppendFile } from '../../../../services/shared/store/append/append-file.js';

/** Bytes of the head of each record in an append-only file. */
export const HEAD = 20;

/** An append-only file in a folder of its own, which is new for each test. */
export interface TemporaryFile {
  folder(): string;
  path(): string;
  /** Opens the file for this work, and closes it afterwards. */
  use<T>(work: (file: AppendFile) => Promise<T>, segmentBytes?: number): Promise<T>;
}

/** Makes the folder of each test of the calling file, and removes it afterwards. */
export function temporaryFile(segmentBytes?: number): TemporaryFile {
  let folder = '';
  const path = (): string => join(folder, 'records');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-append-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder: () => folder,
    path,
    use: async (work, bytes = segmentBytes) => {
      const file = await openAppendFile(path(), bytes === undefined ? {} : { segmentBytes: bytes });
      try {
        return await work(file);
      } finally {
        await file.close();
      }
    },
  };
}

/** Reads the texts of records from number `from` on, and checks that their numbers have no gap. */
export async function readAll(file: AppendFile, from = 1, limit = 1e9): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { number, bytes } of file.read(from, limit)) {
    expect(number).toBe(from + found.length);
    found.push(Buffer.from(bytes).toString());
  }
  return found;
}
