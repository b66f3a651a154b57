import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SCHEMA_FILE } from '../../../shared/policy/schema.js';

/** A file of a folder of policies. */
export interface PolicyFile {
  /** The absolute path of the folder. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
}

const FILES = /\.(?:cedar|cedarschema|ya?ml)$/;

/**
 * Returns the folder and path of an open document: in the folder `pinned`, or else in the nearest folder
 * above it that holds a schema. Undefined for documents that are not files of policies.
 */
export function policyFileOf(uri: string, pinned: string | undefined): PolicyFile | undefined {
  if (!uri.startsWith('file:') || !FILES.test(uri)) return undefined;
  const file = pathOf(uri);
  const folder = file === undefined ? undefined : (pinned ?? folderAbove(file));
  if (file === undefined || folder === undefined) return undefined;
  const path = relative(folder, file).split(sep).join('/');
  return path.startsWith('../') ? undefined : { folder, path };
}

/** Returns the URI of a file of a folder of policies. */
export function uriOf({ folder, path }: PolicyFile): string {
  return pathToFileURL(join(folder, path)).href;
}

function pathOf(uri: string): string | undefined {
  try {
    return resolve(fileURLToPath(uri));
  } catch {
    // The URI names another host, or has an encoded slash.
    return undefined;
  }
}

function folderAbove(file: string): string | undefined {
  const folder = dirname(file);
  if (existsSync(join(folder, SCHEMA_FILE))) return folder;
  return folder === file ? undefined : folderAbove(folder);
}
