import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../kernel/write-whole.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { digest } from '../digest.js';
import { newToken } from '../tokens.js';

/** How long a link signs in, in milliseconds. */
export const LINK_LIFETIME_MS = 3_600_000;

/** A link that waits, as its file holds it; the file is named by the hash of the code. */
interface WaitingLink {
  /** The hash of the caller's token. */
  readonly caller: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** A link as it was made: its code is stored nowhere. */
export interface MadeLink {
  readonly code: string;
  readonly expires: Date;
}

const CODE = /^[A-Za-z0-9_-]{43}$/;
const FILE = /^[A-Za-z0-9_-]{43}\.json$/;

/**
 * Makes a link for a caller in a folder, and removes the earlier links of this caller and all expired ones: a caller has at most one.
 * Folder and link belong to the owner of the folder above. Throws the system's error.
 */
export function makeSignInLink(folder: string, caller: string, now: Date): MadeLink {
  const { uid, gid } = statSync(join(folder, '..'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of namesIn(folder)) {
    const link = readLink(join(folder, name));
    const isObsolete = link === undefined || link.caller === caller || link.expires <= now.getTime();
    if (isObsolete) rmSync(join(folder, name), { force: true });
  }
  const code = newToken();
  const expires = now.getTime() + LINK_LIFETIME_MS;
  const path = join(folder, fileOf(code));
  const link: WaitingLink = { caller, expires };
  writeWhole(path, JSON.stringify(link));
  // An administrator may call this for the user of the console, who must be able to remove the file.
  for (const made of [folder, path]) if (statSync(made).uid !== uid) chownSync(made, uid, gid);
  return { code, expires: new Date(expires) };
}

/** Consumes a link: removes its file, and returns its caller; undefined for an unknown, used or expired code. */
export function takeSignInLink(folder: string, code: string, now: Date): string | undefined {
  if (!CODE.test(code)) return undefined;
  const path = join(folder, fileOf(code));
  const link = readLink(path);
  try {
    // Of two processes that read the file, one removes it.
    unlinkSync(path);
  } catch {
    return undefined;
  }
  return link !== undefined && link.expires > now.getTime() ? link.caller : undefined;
}

const fileOf = (code: string): string => `${digest(code)}.json`;

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => FILE.test(name));
}

/** Reads a link; undefined for a file that is not there or holds none. */
function readLink(path: string): WaitingLink | undefined {
  try {
    const { caller, expires } = Object(parseStrictJson(readFileSync(path))) as Partial<WaitingLink>;
    return typeof caller === 'string' && Number.isSafeInteger(expires)
      ? { caller, expires: Number(expires) }
      : undefined;
  } catch {
    return undefined;
  }
}
