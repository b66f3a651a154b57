import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { readOpen } from '../../shared/kernel/read-open.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { hexDigest } from '../../shared/trust/digest.js';
import type { FileFacts } from './copy-file.js';

/** What a backup holds (docs/formats.md#a-backup). */
export interface BackupManifest {
  readonly kind: 'liaison-backup';
  readonly version: 1;
  /** The contract of the home. */
  readonly contract: number;
  /** When the backup was begun. */
  readonly time: string;
  /** `hub`, and the organisations. */
  readonly parts: readonly string[];
  /** The folder of the files, beside the manifest. */
  readonly folder: string;
  /** The files by their paths in the home. */
  readonly files: Readonly<Record<string, FileFacts>>;
}

/** Returns the size of all files of a backup. */
export function totalBytes({ files }: BackupManifest): number {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}

const MANIFEST = 'backup.json';
const VERSION = 1;
/** Room for a million files. */
const LIMITS = { bytes: 256 * 1024 * 1024, depth: 5, nodes: 4_000_000 };

/** Replaces the manifest of a backup; resolves when it is on disk. */
export async function writeManifest(backup: string, manifest: BackupManifest): Promise<void> {
  const sha256 = hexDigest(JSON.stringify(manifest));
  writeWhole(join(backup, MANIFEST), JSON.stringify({ sha256, manifest }));
  await syncFolder(backup);
}

/** Reads the manifest of a backup; undefined where there is none. Throws `config-invalid` for a damaged one. */
export function findManifest(backup: string): BackupManifest | undefined {
  const path = join(backup, MANIFEST);
  if (!existsSync(path)) return undefined;
  const { sha256, manifest } = parsed(path);
  if (!isManifest(manifest) || sha256 !== hexDigest(JSON.stringify(manifest)))
    throw fail('config-invalid', `\`${path}\` is damaged: take the backup again`);
  return manifest;
}

function parsed(path: string): Readonly<Record<string, unknown>> {
  try {
    return Object(parseStrictJson(readOpen(path), LIMITS)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function isManifest(value: unknown): value is BackupManifest {
  if (!isJsonObject(value)) return false;
  const { kind, version, contract, time, parts, folder, files } = value;
  const isKnown = kind === 'liaison-backup' && version === VERSION && Number.isSafeInteger(contract);
  const isNamed = typeof time === 'string' && isTree(folder) && Array.isArray(parts);
  return isKnown && isNamed && isJsonObject(files) && Object.entries(files).every(isFile);
}

/** True for the name of a folder in which a backup keeps its files. */
export function isTree(name: unknown): name is string {
  return typeof name === 'string' && /^home-\d{1,16}$/.test(name);
}

function isFile([path, facts]: readonly [string, unknown]): boolean {
  const { bytes, sha256 } = Object(facts) as Partial<Record<string, unknown>>;
  return isPathInside(path) && Number.isSafeInteger(bytes) && /^[0-9a-f]{64}$/.test(String(sha256));
}

/** True for a path that leads to a file below the folder that it is relative to. */
function isPathInside(path: string): boolean {
  return (
    path.split('/').every((name) => name !== '' && name !== '.' && name !== '..') && !path.includes('\0')
  );
}
