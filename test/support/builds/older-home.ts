import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** A home that the last build before contract 1 made and ran (test/support/builds/homes/README.md). */
export const OLDER_HOME = join(import.meta.dirname, 'homes', 'before-contract-1.tar.br');

/** Unpacks the kept older home into a new folder, with its modes and times, and returns its path. Needs `tar`. */
export function unpackOlderHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-older-'));
  execFileSync('tar', ['-x', '-C', folder], { input: brotliDecompressSync(readFileSync(OLDER_HOME)) });
  return join(folder, 'before-contract-1');
}
