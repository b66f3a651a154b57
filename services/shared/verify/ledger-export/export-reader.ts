/** The files of an export, by their paths in its folder. */
export interface ExportReader {
  /** Resolves to the content of a file; undefined if there is none. Throws `oversize`. */
  file(path: string): Promise<Uint8Array | undefined>;
  /** Yields the lines of a file, none if there is no such file. Throws `oversize`. */
  lines(path: string): AsyncIterable<Uint8Array>;
}
