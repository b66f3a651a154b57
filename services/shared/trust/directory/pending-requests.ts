import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeWhole } from '../../kernel/write-whole.js';
import { MAX_KEY_REQUEST_BYTES } from '../../wire/frame-limits.js';
import type { WaitingKeyRequest } from '../../wire/routed-members.js';
import type { KeyRequest } from './key-request.js';

/** The requests that members sent and that the hub has not answered, each in a file. */
export interface PendingRequests {
  /** The texts, in the order of the names of their files; once also where several routers keep one. */
  list(): readonly string[];
  /** What the requests are about, by the names of their files. */
  waiting(): readonly (WaitingKeyRequest & { readonly org: string })[];
  /** True while another request has the place of this one. */
  isTaken(request: KeyRequest): boolean;
  /** Keeps a request. Throws the system's error. */
  put(request: KeyRequest): void;
  /** Removes the files with this text. */
  remove(text: string): void;
}

/** How long a request keeps its place, in milliseconds. */
const WAITS_MS = 7 * 86_400_000;

/** Returns the folder in which a router keeps what members ask; `folder` is the router's own. */
export function requestsIn(folder: string): string {
  return join(folder, 'key-requests');
}

/**
 * Opens the folders of the routers of a hub; a router opens its own alone, into which it writes. A folder has one file for each place
 * (`placeOfRequest`), and so is bounded by the keys of the directory.
 */
export function openPendingRequests(folder: string, ...others: readonly string[]): PendingRequests {
  const fileOf = (request: KeyRequest): string => join(folder, `${placeOfRequest(request)}.json`);
  const files = (): readonly string[] => [folder, ...others].flatMap(filesIn);
  return {
    list: () => [...new Set(files().map(readText))].filter((text) => text !== ''),
    waiting: () => files().flatMap(waitingIn),
    isTaken: (request) => {
      const path = fileOf(request);
      const since = whenThere(() => statSync(path).mtimeMs, 0);
      return since + WAITS_MS > Date.now() && ![request.text, ''].includes(readText(path));
    },
    put: (request) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(fileOf(request), request.text);
    },
    remove: (text) => {
      for (const path of files()) if (readText(path) === text) rmSync(path, { force: true });
    },
  };
}

function filesIn(folder: string): readonly string[] {
  const names = whenThere(() => readdirSync(folder), []).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => join(folder, name));
}

/**
 * Returns the name of the place that a request takes: one for the next key of each use, one for the next nkey, and one for the revocation
 * of each key.
 */
export function placeOfRequest({ iss, use, wish }: Pick<KeyRequest, 'iss' | 'use' | 'wish'>): string {
  return wish.type === 'revoke' ? `${wish.kid.replaceAll(':', '.')}.revoke` : `${iss}.${use}.next`;
}

/** Returns what a file is about, by the place that its name says; nothing for another name, and once the file was removed. */
function waitingIn(path: string): ReturnType<PendingRequests['waiting']> {
  const mtime = whenThere(() => statSync(path).mtime, undefined);
  const [org = '', use = '', ...rest] = basename(path, '.json').split('.');
  const [number, verb] = rest.length === 1 ? [undefined, rest[0]] : rest;
  const isPlace = verb === (number === undefined ? 'next' : 'revoke');
  if (mtime === undefined || !isPlace) return [];
  const revokes = number === undefined ? null : `${org}:${use}:${number}`;
  return [{ org, use, revokes, since: mtime.toISOString() }];
}

/** Reads a request; empty for a file that was removed meanwhile or has more bytes than a request. */
function readText(path: string): string {
  const bytes = whenThere(() => readFileSync(path), Buffer.alloc(0));
  return bytes.length > MAX_KEY_REQUEST_BYTES + 1 ? '' : bytes.toString().trim();
}

/** Returns what `read` returns; `missing` where the file or folder is not there. Throws every other error of the system. */
function whenThere<T>(read: () => T, missing: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
}
