import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Prepares the data folder of a stopped server: versions before 2.12.4 would otherwise lose confirmed messages when they
 * start on it (docs/adr/0021).
 */
export function prepareStore(store: string): void {
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
 * Removes empty message blocks with their keys. A server encrypts what it writes into an empty block with a
 * key other than the stored one, and cannot read the block at its next start. If the block is missing, it
 * creates a block and a key.
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
 * Keeps a copy of a stream's key, and restores it when the server has replaced it, as it does after being
 * killed. The copy's name holds the checksum of the configuration that the key opens, so that a stream that
 * was created again or reconfigured keeps its new key.
 */
function keepKey(stream: string): void {
  const [sum, key] = [join(stream, 'meta.sum'), join(stream, 'meta.key')];
  if (!isFile(sum) || !isFile(key)) return;
  const kept = `${key}.${readFileSync(sum, 'utf8')}`;
  if (!isFile(kept)) copy(key, kept);
  else if (!readFileSync(kept).equals(readFileSync(key))) copy(kept, key);
}

/** Copies a file atomically. */
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
