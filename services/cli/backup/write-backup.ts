import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import { homeContract } from '../../shared/trust/home-contract.js';
import { requireOutside } from '../home/require-outside.js';
import { makePrivateFolder } from '../init/make-folder.js';
import { BACKUP_LOCK, lockBackup } from '../up/lock.js';
import { factsOf, type FileFacts } from './copy-file.js';
import { copyHome, type HomeParts } from './copy-home.js';
import { type BackupManifest, findManifest, isTree, writeManifest } from './manifest.js';
import { syncTree } from './sync-tree.js';

interface WriteBackupParams {
  readonly parts: HomeParts;
  readonly brokerKey: boolean;
  readonly now: Date;
  readonly onProgress: () => void;
}

/** A backup that was taken. */
export interface WrittenBackup {
  readonly manifest: BackupManifest;
  /** How long gateways could not write, in milliseconds. */
  readonly heldMs: number;
  /** Files that the previous backup in the folder had already. */
  readonly reused: number;
}

/** Marks a folder in which the first backup was begun. */
const UNFINISHED = 'backup.unfinished';
/** What tells a home from others of the same parts: the request of a site, else the public key of the root. */
const IDENTITY = ['join-request.json', 'root.pub.jwk'];

/**
 * Takes a backup of a home into a folder, or brings the one in it up to date. The new files are in a folder of their own until
 * the manifest, which is replaced last, names that folder: an interrupted backup leaves the previous one whole. Throws `usage`
 * for a folder in the home or with anything else, a backup of another home or of other parts, and `busy` while another one is
 * taken.
 */
export async function writeBackup(
  backup: string,
  home: Home,
  params: WriteBackupParams,
): Promise<WrittenBackup> {
  const contract = homeContract(home);
  if (contract === undefined) throw fail('usage', `\`${home.root}\` is not a home`);
  // A backup in the home would copy itself.
  requireOutside(backup, home);
  requireBackupFolder(backup);
  makePrivateFolder(backup);
  const lock = lockBackup(backup);
  try {
    const previous = findManifest(backup);
    if (previous === undefined) writeWhole(join(backup, UNFINISHED), 'the first backup is not complete');
    else await requireSame(backup, previous, { home, names: namesOf(params.parts) });
    removeTrees(backup, previous?.folder);
    const written = await writeTree(backup, { ...params, home, contract, previous });
    await writeManifest(backup, written.manifest);
    removeTrees(backup, written.manifest.folder);
    rmSync(join(backup, UNFINISHED), { force: true });
    return written;
  } finally {
    lock.release();
  }
}

const namesOf = ({ hub, orgs }: HomeParts): readonly string[] => [...(hub ? ['hub'] : []), ...orgs];

interface WriteTreeParams extends WriteBackupParams {
  readonly home: Home;
  readonly contract: number;
  readonly previous: BackupManifest | undefined;
}

/** Copies the home into a new folder; resolves when it is on disk. */
async function writeTree(
  backup: string,
  { home, contract, previous, parts, now, ...params }: WriteTreeParams,
): Promise<WrittenBackup> {
  const folder = `home-${now.getTime()}`;
  const tree = join(backup, folder);
  mkdirSync(tree, { mode: 0o700 });
  const { reuse, count } = reusing({ home, tree, backup, previous });
  const { files, heldMs } = await copyHome(home, { ...params, parts, tree, reuse });
  await syncTree(tree);
  const is = { kind: 'liaison-backup', version: 1, contract } as const;
  const manifest = { ...is, time: now.toISOString(), parts: namesOf(parts), folder, files };
  return { manifest, heldMs, reused: count() };
}

/** Throws `usage` for a folder that is neither empty nor a backup. */
function requireBackupFolder(backup: string): void {
  if (!existsSync(backup)) return;
  const names = statSync(backup).isDirectory() ? readdirSync(backup) : undefined;
  const isOurs = findManifest(backup) !== undefined || names?.includes(UNFINISHED) === true;
  // A call that was killed at its start left only its lock.
  const isEmpty = names?.every((name) => name === BACKUP_LOCK) === true;
  if (names !== undefined && (isOurs || isEmpty)) return;
  throw fail('usage', `\`${backup}\` is neither an empty folder nor a backup`);
}

interface SameParams {
  readonly home: Home;
  readonly names: readonly string[];
}

async function requireSame(
  backup: string,
  { parts, files }: BackupManifest,
  { home, names }: SameParams,
): Promise<void> {
  const name = IDENTITY.find((one) => Object.hasOwn(files, one)) ?? '';
  const known = files[name];
  if (known === undefined || !(await isUnchanged(join(home.root, name), known)))
    throw fail('usage', `\`${backup}\` is a backup of another home: give another folder`);
  if (parts.join() === names.join()) return;
  throw fail('usage', `\`${backup}\` is a backup of other parts (${parts.join(', ')}): give another folder`);
}

/** Removes the folders of interrupted and earlier backups, all but one. */
function removeTrees(backup: string, except: string | undefined): void {
  for (const name of readdirSync(backup))
    if (isTree(name) && name !== except) rmSync(join(backup, name), { recursive: true });
}

interface ReusingParams {
  readonly home: Home;
  readonly tree: string;
  readonly backup: string;
  readonly previous: BackupManifest | undefined;
}

/** Segments of records, and bundles of policies, whose name is their digest. */
const NEVER_CHANGES = /^auditor\/(?:records(?:\.\d{12})?|policies\/(?:new\/)?[A-Za-z0-9_-]{43})$/;

/**
 * Takes files that never change from the previous backup, as hard links where the file system has them. Both files are
 * read: a damaged copy would otherwise be in every later backup too.
 */
function reusing({ home, tree, backup, previous }: ReusingParams) {
  let count = 0;
  return {
    count: () => count,
    reuse: async (path: string): Promise<FileFacts | undefined> => {
      const facts = previous?.files[path];
      if (previous === undefined || facts === undefined || !NEVER_CHANGES.test(path)) return undefined;
      const [source, target] = [join(backup, previous.folder, path), join(tree, path)];
      for (const file of [join(home.root, path), source])
        if (!(await isUnchanged(file, facts))) return undefined;
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      linkOrCopy(source, target);
      count += 1;
      return facts;
    },
  };
}

/** True for a file with this content; a file of another size is not read. */
async function isUnchanged(path: string, { bytes, sha256 }: FileFacts): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes) return false;
  return (await factsOf(path)).sha256 === sha256;
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (thrown) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EMLINK'].includes((thrown as NodeJS.ErrnoException).code ?? ''))
      throw thrown;
    copyFileSync(source, target);
  }
}
