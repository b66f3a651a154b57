import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeBase64 } from '../../shared/kernel/base64.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { formatVkey } from '../../shared/tlog/vkey.js';
import type { HttpWitness, RefusedTree } from './ask-witness.js';

/**
 * Keeps what was sent to a witness that had cosigned another tree, the first time only: one file a witness. Its answer is not
 * signed; beside a checkpoint with the cosignature of the witness the kept note proves the fork. Resolves when it is fsynced.
 */
export async function keepRefusedTree(
  folder: string,
  {
    witness,
    refused,
    at,
  }: { readonly witness: HttpWitness; readonly refused: RefusedTree; readonly at: Date },
): Promise<void> {
  const path = join(folder, `${witness.keyId}.json`);
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { type, from, note, proof } = refused;
  const [time, hashes] = [at.toISOString(), proof.map(encodeBase64)];
  writeWhole(
    path,
    JSON.stringify({ witness: formatVkey(witness), time, answer: type, from, proof: hashes, note }),
  );
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}
