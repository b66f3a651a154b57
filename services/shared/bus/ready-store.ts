import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the store of a stopped server needs before one that is older than 2.12.4 starts on it, so that nothing is lost that
 * it confirmed (docs/adr/0021).
 */
export function readyStore(store: string): void {
  const accounts = join(store, 'jetstream');
  for (const account of foldersIn(accounts)) {
    const streams = join(accounts, account, 'streams');
    for (const stream of foldersIn(streams)) {
      keepKey(join(streams, stream));
      dropEmptyBlocks(join(streams, stream, 'msgs'));
    }
  }
}

/**
 * A server that finds a block without a byte writes into it under another key than the one beside it, and at its next start can
 * read nothing of it: where there is none it makes a new one, with its key.
 */
function dropEmptyBlocks(messages: string): void {
  if (statSync(messages, { throwIfNoEntry: false }) === undefined) return;
  for (const name of readdirSync(messages)) {
    const path = join(messages, name);
    if (!name.endsWith('.blk') || statSync(path).size > 0) continue;
    rmSync(path);
    rmSync(path.replace(/\.blk$/, '.key'), { force: true });
  }
}

/**
 * Keeps the key of a stream beside it, and puts it back where the server wrote another: one that was killed does so when it next
 * writes down where the stream is. A copy bears the checksum of the configuration that its key opens, so that a stream
 * that was made or configured anew keeps the new one.
 */
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
