import { copyFileSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps the key of every stream below a server's `store_dir` beside it, and puts it back where the server wrote another:
 * one older than 2.12.4 that was killed does so when it next writes down where the stream is, and then can no longer read
 * the stream (ADR 0021). To be called while no server runs. A copy bears the checksum of the configuration that its key
 * opens, so that a stream that was made or configured anew keeps the new one.
 */
export function keepStreamKeys(store: string): void {
  const accounts = join(store, 'jetstream');
  for (const account of foldersIn(accounts)) {
    const streams = join(accounts, account, 'streams');
    for (const stream of foldersIn(streams)) keepKey(join(streams, stream));
  }
}

function keepKey(stream: string): void {
  const [sum, key] = [join(stream, 'meta.sum'), join(stream, 'meta.key')];
  if (!isFile(sum) || !isFile(key)) return;
  const kept = `${key}.${readFileSync(sum, 'utf8')}`;
  if (!isFile(kept)) copy(key, kept);
  else if (!readFileSync(kept).equals(readFileSync(key))) copy(kept, key);
}

/** Whole or not at all. */
function copy(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function foldersIn(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
