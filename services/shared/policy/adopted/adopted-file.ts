import { closeSync, fsyncSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, LiaisonError } from '../../kernel/errors.js';
import { parseOrgId } from '../../kernel/ids.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { writeWhole } from '../../kernel/write-whole.js';
import { type DirectoryFacts, directoryOf, factsIn, type OrganisationFacts } from '../facts.js';
import type { Digest } from '../policies.js';
import {
  bundleDocument,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FILES,
  parseBundle,
  type PolicyBundle,
} from './bundle.js';

/** The policies that a router adopted, as it keeps them on disk. */
export interface AdoptedPolicies {
  readonly bundle: PolicyBundle;
  /** The members and facts that the bundle was judged with: its rules may name these members and groups. */
  readonly directory: DirectoryFacts;
  /** When it was adopted, in milliseconds since the epoch. */
  readonly at: number;
  /** Digest of the bundle that was adopted before; null for the first one. */
  readonly previous: string | null;
  /** The bundles before `previous`, newest first, at most `MAX_EARLIER`; absent when there are none. */
  readonly earlier?: readonly string[];
}

/** How many earlier bundles are remembered: records of a router that lags by no more changes are not taken as newer. */
export const MAX_EARLIER = 64;

/**
 * Replaces the file of the adopted policies, flushed to disk together with its name: after a power cut
 * either the previous content or this one is there, whole. Throws the system's error.
 */
export function writeAdopted(path: string, adopted: AdoptedPolicies, digest: Digest): void {
  const { bundle, directory, at, previous, earlier } = adopted;
  const facts = factsIn(directory);
  const content = JSON.stringify({ at, previous, earlier, directory: facts, bundle: bundleDocument(bundle) });
  writeWhole(path, `${digest(content)}\n${content}`);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** JSON writes some characters as six: `\u0001`. */
const MAX_FILE_BYTES = 6 * MAX_BUNDLE_BYTES;
const LIMITS = { bytes: MAX_FILE_BYTES, depth: 6, nodes: 300_000 } as const;
const DAMAGED = 'the adopted policies on disk are damaged';

/**
 * Reads the file of the adopted policies; undefined when there is none. Throws `digest-mismatch` when it is
 * damaged: then nothing in it is used.
 */
export function readAdopted(path: string, digest: Digest): AdoptedPolicies | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  try {
    if (status.size > MAX_FILE_BYTES) throw fail('oversize', 'larger than any that was written');
    const text = readFileSync(path, 'utf8').trimEnd();
    const end = text.indexOf('\n');
    const content = text.slice(end + 1);
    if (digest(content) !== text.slice(0, Math.max(end, 0))) throw fail('digest-mismatch', DAMAGED);
    return parseAdopted(parseStrictJson(content, LIMITS), digest);
  } catch (cause) {
    throw new LiaisonError('digest-mismatch', DAMAGED, { cause });
  }
}

function parseAdopted(value: unknown, digest: Digest): AdoptedPolicies {
  const { at, previous, earlier, directory, bundle } = isJsonObject(value) ? value : {};
  const isSound =
    Number.isSafeInteger(at) &&
    (previous === null || typeof previous === 'string') &&
    (earlier === undefined || (Array.isArray(earlier) && earlier.length <= MAX_EARLIER)) &&
    Array.isArray(directory) &&
    directory.length <= MAX_BUNDLE_FILES;
  if (!isSound) throw fail('schema-invalid', DAMAGED);
  const organisations = (directory as readonly unknown[]).map(parseFacts);
  return {
    at: at as number,
    previous: previous as string | null,
    ...(earlier === undefined ? {} : { earlier: (earlier as readonly unknown[]).map(String) }),
    directory: directoryOf(organisations),
    bundle: parseBundle(bundle, digest),
  };
}

function parseFacts(value: unknown): OrganisationFacts {
  const { id, groups, accreditedFor, agreements } = isJsonObject(value) ? value : {};
  const lists = [groups, accreditedFor, agreements];
  const areWords = lists.every(
    (list) => Array.isArray(list) && list.every((word) => typeof word === 'string'),
  );
  if (!areWords) throw fail('schema-invalid', DAMAGED);
  const [inGroups, levels, others] = lists as readonly (readonly string[])[];
  return {
    id: parseOrgId(id),
    groups: inGroups ?? [],
    accreditedFor: levels ?? [],
    agreements: others ?? [],
  };
}
