import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeBase64 } from '../../shared/kernel/base64.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { formatVkey } from '../../shared/tlog/vkey.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { HttpWitness, RefusedTree } from './ask-witness.js';

/** Maximum checkpoints kept of one witness. More than one: a refusal by mistake takes no place from a fork. */
const MAX_KEPT = 8;

/**
 * Keeps what was sent to a witness that says it cosigned another tree: a file for each checkpoint, the newest of each witness. The
 * answer is not signed and proves nothing; beside a checkpoint with the cosignature of the witness the kept note proves a fork.
 * Resolves when it is fsynced.
 */
export async function keepRefusedTree(
  folder: string,
  {
    witness,
    refused,
    at,
  }: { readonly witness: HttpWitness; readonly refused: RefusedTree; readonly at: Date },
): Promise<void> {
  const { type, from, note, proof } = refused;
  const path = join(folder, `${witness.keyId}-${hexDigest(note)}.json`);
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [time, hashes] = [at.toISOString(), proof.map(encodeBase64)];
  writeWhole(
    path,
    JSON.stringify({ witness: formatVkey(witness), time, answer: type, from, proof: hashes, note }),
  );
  for (const older of newestFirst(folder, `${witness.keyId}-`).slice(MAX_KEPT)) rmSync(older);
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

/** The paths of the files whose names begin so. */
function newestFirst(folder: string, prefix: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, writtenAt: statSync(path).mtimeMs }))
    .toSorted((a, b) => b.writtenAt - a.writtenAt)
    .map(({ path }) => path);
}
