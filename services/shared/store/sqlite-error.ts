import { fail, LiaisonError } from '../kernel/errors.js';

const [SQLITE_BUSY, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB] = [5, 10, 11, 13, 26];
const [IOERR_FSYNC, IOERR_DIR_FSYNC] = [SQLITE_IOERR | (4 << 8), SQLITE_IOERR | (5 << 8)];

/** True for an error thrown because the file is damaged or not a database. */
export function isDamage(thrown: unknown): boolean {
  const code = errcodeOf(thrown) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** True for an error thrown because another process kept the file locked. */
export function isBusy(thrown: unknown): boolean {
  return (errcodeOf(thrown) & 0xff) === SQLITE_BUSY;
}

/** True for an error thrown because the system could not flush the file: what was written before may be lost. */
export function isFlushFailure(thrown: unknown): boolean {
  return [IOERR_FSYNC, IOERR_DIR_FSYNC].includes(errcodeOf(thrown));
}

/** Returns `full` for an error thrown because the disk is full, any other error as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof LiaisonError) return error;
  return errcodeOf(error) === SQLITE_FULL ? fail('full', 'the disk is full') : error;
}

/** SQLite's own texts: in the package for Node 20 an error of `all` has no `errcode`. */
const CODE_OF_TEXT: ReadonlyMap<unknown, number> = new Map([
  ['database disk image is malformed', SQLITE_CORRUPT],
  ['file is not a database', SQLITE_NOTADB],
  ['database or disk is full', SQLITE_FULL],
]);

function errcodeOf(thrown: unknown): number {
  const { errcode, message } = Object(thrown) as { readonly errcode?: unknown; readonly message?: unknown };
  return Number(errcode ?? CODE_OF_TEXT.get(message) ?? 0);
}
