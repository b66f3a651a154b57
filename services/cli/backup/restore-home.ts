import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { isOwnContract } from '../../shared/trust/home-contract.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { writeMissingCipherKeys } from '../init/broker-files.js';
import { hasFiles, removeAll } from '../init/clear-home.js';
import { markRestored } from '../init/next-version.js';
import { signsDirectory } from '../init/sign-version.js';
import { makePrivateFolder } from '../init/make-folder.js';
import { compareFiles } from './compare-files.js';
import { copyFile } from './copy-file.js';
import { type BackupManifest, findManifest, totalBytes } from './manifest.js';
import { syncTree } from './sync-tree.js';

type OnProgress = (bytes: number, total: number) => void;

/**
 * Reads a backup to its end, and writes nothing. Throws `usage` for a folder without a whole backup, `config-invalid` for a
 * damaged manifest, `home-older` or `home-newer` for another contract, and `digest-mismatch` as `compareFiles` does.
 * `onProgress` is called between files; it may throw to stop.
 */
export async function checkBackup(backup: string, onProgress: OnProgress): Promise<BackupManifest> {
  const manifest = findManifest(backup);
  if (manifest === undefined)
    throw fail('usage', `\`${backup}\` holds no whole backup: there is no \`backup.json\` in it`);
  const { contract } = manifest;
  if (!isOwnContract(contract))
    throw fail(
      contract < CONTRACT ? 'home-older' : 'home-newer',
      `\`${backup}\` is a backup of contract ${contract}, and this build speaks contract ${CONTRACT}: restore it with the build ` +
        'that took it',
    );
  const total = totalBytes(manifest);
  await compareFiles(backup, manifest, (bytes) => onProgress(bytes, total));
  return manifest;
}

interface RestoreHomeParams {
  readonly backup: string;
  readonly manifest: BackupManifest;
  readonly onProgress: OnProgress;
}

/**
 * Makes a home of a backup that was checked, in a folder without files. The broker gets an empty disk, and a new cipher key
 * unless the backup has one. A home with a key that signs the directory is marked as restored. The contract is written into
 * `home.json` last: until then no verb and no process uses the folder, which is removed after a failure. Throws `usage` for a
 * folder with files, `digest-mismatch` for a backup that changed since it was checked.
 */
export async function restoreHome(
  home: Home,
  { backup, manifest, onProgress }: RestoreHomeParams,
): Promise<void> {
  if (hasFiles(home.root)) throw fail('usage', `\`${home.root}\` is not empty: restore into a new folder`);
  const tree = join(backup, manifest.folder);
  makePrivateFolder(home.root);
  try {
    // Without a contract, so that the folder of a restore that was killed is refused (`config-invalid`).
    writeWhole(home.contract, JSON.stringify({ restoring: manifest.time }));
    await copyFiles(tree, manifest, { home, onProgress });
    if (signsDirectory(home)) markRestored(home, manifest.time);
    writeMissingCipherKeys(home);
    await syncTree(home.root);
    writeWhole(home.contract, readFileSync(join(tree, CONTRACT_FILE)));
    await syncFolder(home.root);
  } catch (thrown) {
    removeAll(home.root);
    throw thrown;
  }
}

const CONTRACT_FILE = 'home.json';

interface CopyFilesParams {
  readonly home: Home;
  readonly onProgress: OnProgress;
}

async function copyFiles(
  tree: string,
  manifest: BackupManifest,
  { home, onProgress }: CopyFilesParams,
): Promise<void> {
  const total = totalBytes(manifest);
  let copied = 0;
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    onProgress(copied, total);
    if (path === CONTRACT_FILE) continue;
    const facts = await copyFile(join(tree, path), join(home.root, path));
    if (facts.sha256 !== sha256)
      throw fail('digest-mismatch', `\`${join(tree, path)}\` changed while it was read`);
    copied += bytes;
  }
}
