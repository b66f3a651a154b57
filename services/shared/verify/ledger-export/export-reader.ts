import { fail } from '../../kernel/errors.js';

/** The files of an export, by their paths in its folder. */
export interface ExportReader {
  /** Resolves to the content of a file; undefined if there is none. Throws `oversize`. */
  file(path: string): Promise<Uint8Array | undefined>;
  /** Yields the lines of a file, none if there is no such file. Throws `oversize`. */
  lines(path: string): AsyncIterable<Uint8Array>;
}

/** Reads a file that every export has. Throws `not-found`. */
export async function expectFile(reader: ExportReader, path: string): Promise<Uint8Array> {
  const bytes = await reader.file(path);
  if (bytes === undefined) throw fail('not-found', `the export has no file \`${path}\``);
  return bytes;
}
