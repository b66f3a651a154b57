import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { closed, requireShape } from '../../../shared/kernel/closed-schema.js';
import { compileWhenUsed } from '../../../shared/kernel/compile-when-used.js';
import { fail } from '../../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../../shared/kernel/ids.js';
import { readText } from '../../../shared/kernel/read-text.js';
import { parseStrictJson } from '../../../shared/kernel/strict-json.js';
import { writeWhole } from '../../../shared/kernel/write-whole.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readContribution } from '../../../shared/ledger/release/contribution.js';
import {
  contributionDigests,
  releaseDigest,
  type ReleaseName,
} from '../../../shared/ledger/release/release.js';
import {
  type Contribution,
  contributionDocument,
  digestOfFiles,
  FEDERATION_FILES,
  OTHER_FEDERATION_FILES,
  OTHER_FILES,
  parseContribution,
  type ReleaseContent,
  RULE_FILES,
} from '../../../shared/ledger/release/release-files.js';
import { withWriteErrors } from '../../home/file-errors.js';
import { readGivenFile } from '../../home/read-given-file.js';

/** A loosening that a router found: what approvers are asked to sign. */
export interface FoundLoosening {
  /** Digest in hex. */
  readonly loosening: string;
  readonly message: string;
}

/** A release on its way to its approvers, as a file; it is signed again whenever it is sent. */
export interface ReleaseDraft extends Omit<ReleaseName, 'content' | 'contributions'>, ReleaseContent {
  /** What the router that judged it before found without approval. */
  readonly loosenings: readonly FoundLoosening[];
}

/** Returns the digest of a draft, which approvals name. */
export function digestOfDraft(draft: ReleaseDraft): string {
  const contributions = contributionDigests(draft);
  return releaseDigest({ ...draft, content: digestOfFiles(draft.files), contributions });
}

/** Describes whose release a draft is. */
export function whoseText({ org }: Pick<ReleaseDraft, 'org'>): string {
  return org === LEDGER_OWNER ? 'the federation' : `\`${org}\``;
}

/** JSON of 2 MiB of rules, in which a character may take six. */
const LIMITS = { bytes: 13_000_000, depth: 5, nodes: 4_096 } as const;

/** Writes a draft as JSON. Throws `usage` where the file cannot be written. */
export function writeReleaseDraft(path: string, draft: ReleaseDraft): void {
  const { files, contributions = [], ...others } = draft;
  const joint = contributions.length === 0 ? {} : { contributions: contributions.map(contributionDocument) };
  const content = { release: digestOfDraft(draft), ...others, files: Object.fromEntries(files), ...joint };
  withWriteErrors(path, () => writeWhole(path, `${JSON.stringify(content, null, 2)}\n`));
}

const TEXT = { type: 'string' };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
/** A draft as JSON, with its digest. */
const isDraft = compileWhenUsed<Omit<ReleaseDraft, 'files' | 'contributions'> & DraftFile>(
  ajv,
  closed(
    {
      release: TEXT,
      federation: TEXT,
      org: TEXT,
      version: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      previous: { type: ['string', 'null'], pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' },
      files: { type: 'object', additionalProperties: TEXT },
      approvals: { type: 'array', items: TEXT },
      loosenings: { type: 'array', items: closed({ loosening: TEXT, message: TEXT }) },
      contributions: { type: 'array', items: { type: 'object' } },
    },
    ['contributions'],
  ),
);

interface DraftFile {
  readonly release: string;
  readonly files: Readonly<Record<string, string>>;
  readonly contributions?: readonly unknown[];
}

/**
 * Reads a draft. Throws `usage` for a file that cannot be read, `schema-invalid` with the place for another content,
 * `digest-mismatch` for one that was changed, and as `readContribution` does.
 */
export function readReleaseDraft(path: string): ReleaseDraft {
  const value = parseStrictJson(readGivenFile(path, LIMITS.bytes), LIMITS);
  const { release, files, contributions, ...draft } = requireShape('release', value, isDraft());
  const read = {
    ...draft,
    org: parseOrgId(draft.org),
    files: new Map(Object.entries(files)),
    ...(contributions === undefined ? {} : { contributions: contributions.map(parseContribution) }),
  };
  // The digest names the statements of contributions, and each statement its files.
  for (const contribution of read.contributions ?? []) readContribution(contribution);
  if (release === digestOfDraft(read)) return read;
  throw fail(
    'digest-mismatch',
    `\`${path}\` does not have the digest of its content: it was changed by hand`,
  );
}

/** Writes the contribution of a member to a joint release as JSON. Throws `usage` where the file cannot be written. */
export function writeContribution(path: string, contribution: Contribution): void {
  const text = `${JSON.stringify(contributionDocument(contribution), null, 2)}\n`;
  withWriteErrors(path, () => writeWhole(path, text));
}

/**
 * Reads a contribution; its signature is not verified. Throws `usage` for a file that cannot be read, `schema-invalid` for another
 * content, and as `readContribution` does.
 */
export function readContributionFile(path: string): Contribution {
  const contribution = parseContribution(parseStrictJson(readGivenFile(path, LIMITS.bytes), LIMITS));
  readContribution(contribution);
  return contribution;
}

/**
 * Reads the files of an organisation from a folder: that of its rules, or one of policies, which has it as a subfolder. Throws
 * `usage` without both rule files, and for one that cannot be read.
 */
export function readOwnFiles(folder: string, org: OrgId): ReadonlyMap<string, string> {
  const own = existsSync(join(folder, org)) ? join(folder, org) : folder;
  requireFolder(own);
  return readNamed(own, RULE_FILES, OTHER_FILES);
}

/** Reads the files of the federation from a folder of policies. Throws `usage` without its schema, rules or facts, and for a file that cannot be read. */
export function readFederationFolder(folder: string): ReadonlyMap<string, string> {
  requireFolder(folder);
  return readNamed(folder, FEDERATION_FILES, OTHER_FEDERATION_FILES);
}

function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw fail('usage', `\`${folder}\` is neither a folder nor a file of a release`);
}

/** Reads files as `policy check` does: none behind a link out of the folder, which a release would send, and none that is not UTF-8. */
function readNamed(
  folder: string,
  needed: readonly string[],
  others: readonly string[],
): ReadonlyMap<string, string> {
  const texts = [...needed, ...others].flatMap((name): readonly (readonly [string, string])[] => {
    const read = readText(folder, name);
    if (read.type === 'text') return [[name, read.text]];
    if (read.type === 'absent' && others.includes(name)) return [];
    const { path, message } = 'fault' in read ? read.fault : { path: name, message: 'it does not exist' };
    throw fail('usage', `\`${join(folder, path)}\` cannot be read: ${message}`);
  });
  return new Map(texts);
}
