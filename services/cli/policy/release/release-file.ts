import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type OrgId, parseOrgId } from '../../../shared/kernel/ids.js';
import { isJsonObject } from '../../../shared/kernel/json-object.js';
import { fail } from '../../../shared/kernel/errors.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { writeWhole } from '../../../shared/kernel/write-whole.js';
import { releaseDigest, type ReleaseName } from '../../../shared/ledger/release/release.js';
import {
  digestOfFiles,
  OTHER_FILES,
  type ReleaseContent,
  RULE_FILES,
} from '../../../shared/ledger/release/release-files.js';
import { isDigest } from '../../../shared/trust/digest.js';
import { withWriteErrors } from '../../home/file-errors.js';
import { readGivenFile } from '../../home/read-given-file.js';

/** A loosening that a router found: what approvers are asked to sign. */
export interface FoundLoosening {
  /** Digest in hex. */
  readonly loosening: string;
  readonly message: string;
}

/** A release on its way to its approvers, as a file; it is signed again whenever it is sent. */
export interface ReleaseDraft extends Omit<ReleaseName, 'content'>, ReleaseContent {
  /** What the router that judged it before found without approval. */
  readonly loosenings: readonly FoundLoosening[];
}

/** Returns the digest of a draft, which approvals name. */
export function digestOfDraft(draft: ReleaseDraft): string {
  return releaseDigest({ ...draft, content: digestOfFiles(draft.files) });
}

/** JSON of 2 MiB of rules, in which a character may take six. */
const LIMITS = { bytes: 13_000_000, depth: 4, nodes: 4_096 } as const;

/** Writes a draft as JSON. Throws `usage` where the file cannot be written. */
export function writeReleaseDraft(path: string, { files, ...draft }: ReleaseDraft): void {
  const content = { release: digestOfDraft({ files, ...draft }), ...draft, files: Object.fromEntries(files) };
  withWriteErrors(path, () => writeWhole(path, `${JSON.stringify(content, null, 2)}\n`));
}

/** Reads a draft. Throws `usage` for a file that cannot be read, and `schema-invalid` or `digest-mismatch` for another content. */
export function readReleaseDraft(path: string): ReleaseDraft {
  const value = parseStrictJson(readGivenFile(path, LIMITS.bytes), LIMITS);
  const { release, federation, org, version, previous, files, approvals, loosenings } = isJsonObject(value)
    ? value
    : {};
  const isSound =
    typeof federation === 'string' &&
    Number.isSafeInteger(version) &&
    (previous === null || isDigest(previous)) &&
    isJsonObject(files) &&
    Object.values(files).every((text) => typeof text === 'string') &&
    Array.isArray(approvals) &&
    approvals.every((one) => typeof one === 'string') &&
    Array.isArray(loosenings);
  if (!isSound) throw fail('schema-invalid', `\`${path}\` is not a release`);
  const draft: ReleaseDraft = {
    federation,
    org: parseOrgId(org),
    version: version as number,
    previous: previous as string | null,
    files: new Map(Object.entries(files as Readonly<Record<string, string>>)),
    approvals: approvals as readonly string[],
    loosenings: (loosenings as readonly unknown[]).map((one) => parseLoosening(one, path)),
  };
  if (release === digestOfDraft(draft)) return draft;
  throw fail(
    'digest-mismatch',
    `\`${path}\` does not have the digest of its content: it was changed by hand`,
  );
}

function parseLoosening(value: unknown, path: string): FoundLoosening {
  const { loosening, message } = Object(value) as Partial<Record<keyof FoundLoosening, unknown>>;
  if (typeof loosening === 'string' && typeof message === 'string') return { loosening, message };
  throw fail('schema-invalid', `\`${path}\` is not a release`);
}

/**
 * Reads the files of an organisation from a folder: that of its rules, or one of policies, which has it as a subfolder. Throws
 * `usage` without both rule files.
 */
export function readOwnFiles(folder: string, org: OrgId): ReadonlyMap<string, string> {
  const own = existsSync(join(folder, org)) ? join(folder, org) : folder;
  if (statSync(own, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw fail('usage', `\`${folder}\` is neither a folder nor a file of a release`);
  const read = (name: string): readonly (readonly [string, string])[] => [
    [name, readGivenFile(join(own, name), LIMITS.bytes).toString('utf8')],
  ];
  const others = OTHER_FILES.filter((name) => existsSync(join(own, name)));
  return new Map([...RULE_FILES, ...others].flatMap(read));
}
