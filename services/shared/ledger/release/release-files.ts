import { gunzipSync, gzipSync } from 'node:zlib';
import { fail } from '../../kernel/errors.js';
import { MAX_MEMBERS, type OrgId } from '../../kernel/ids.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { digest } from '../../trust/digest.js';
import { MAX_RELEASE_BYTES } from '../../wire/frame-limits.js';
import { LEDGER_OWNER } from '../command-content.js';

/**
 * The files that a release has, as texts by name: of an organisation both rule files, and its cases if it has any; of the
 * federation its schema, rules and facts, and its invariants and cases if it has any, by their paths in the folder of policies.
 */
export type ReleaseFiles = ReadonlyMap<string, string>;

/** What is packed into a release: its files, and what approvers signed about its loosenings (compact JWSs). */
export interface ReleaseContent {
  readonly files: ReleaseFiles;
  readonly approvals: readonly string[];
  /** Of a joint release: what members release with the federation; none by default. */
  readonly contributions?: readonly Contribution[];
}

/** A release of one member that comes into force with a release of the federation, never by itself. */
export interface Contribution {
  /** Its signed statement, a compact JWS of the type `contribution+jws`. */
  readonly statement: string;
  readonly files: ReleaseFiles;
}

/** The names that the files of a release must have. A closed list: no name can lead out of the folder of its organisation. */
export const RULE_FILES: readonly string[] = ['export.cedar', 'import.cedar'];
/** The names that the files of a release may have besides. */
export const OTHER_FILES: readonly string[] = ['cases.yaml'];

/** The files of a release of the federation, as `RULE_FILES` and `OTHER_FILES`. */
export const FEDERATION_FILES: readonly string[] = [
  'schema.cedarschema',
  'federation/rules.cedar',
  'federation/members.yaml',
];
/** The cases of the federation, which no bundle has. */
export const FEDERATION_CASES = 'federation/cases.yaml';
export const OTHER_FEDERATION_FILES: readonly string[] = ['federation/invariants.yaml', FEDERATION_CASES];

/** All names that the files of a release of a member, and of one of the federation, can have. */
export const FILES_OF_MEMBER: readonly string[] = [...RULE_FILES, ...OTHER_FILES];
export const FILES_OF_FEDERATION: readonly string[] = [...FEDERATION_FILES, ...OTHER_FEDERATION_FILES];

/** The most bytes of an unpacked release. */
const MAX_UNPACKED_BYTES = 2 * 1024 * 1024;
/** The most approvals of a release. */
const MAX_APPROVALS = 8;
/** The most contributions of a joint release. */
const MAX_CONTRIBUTIONS = 64;
/**
 * The most bytes of the files of a contribution, as JSON. Routers pack it by themselves once it is in force: whatever these bytes
 * are, gzip adds less than what is missing to `MAX_RELEASE_BYTES`.
 */
const MAX_CONTRIBUTION_BYTES = 250_000;
/** The most approvals of a release of the federation: one for each member, and a second one for each that contributes. */
const MAX_MEMBER_APPROVALS = MAX_MEMBERS + MAX_CONTRIBUTIONS;
/** A contribution is an object with its statement and three files. */
const NODES = MAX_MEMBER_APPROVALS + 8 * MAX_CONTRIBUTIONS + 64;
const LIMITS = { bytes: MAX_UNPACKED_BYTES, depth: 5, nodes: NODES } as const;

/**
 * Packs a release of an organisation, or of `LEDGER_OWNER` for the federation, as JSON compressed with gzip. Throws `oversize` and
 * `schema-invalid` for what no release may have.
 */
export function packRelease(
  { files, approvals, contributions = [] }: ReleaseContent,
  org: OrgId,
): Uint8Array {
  const joint = contributions.length === 0 ? {} : { contributions: contributions.map(contributionDocument) };
  const text = JSON.stringify({ files: Object.fromEntries(files), approvals, ...joint });
  if (Buffer.byteLength(text) > MAX_UNPACKED_BYTES) throw fail('oversize', 'a release is larger than 2 MiB');
  const packed = gzipSync(text, { level: 9 });
  if (packed.length > MAX_RELEASE_BYTES) throw fail('oversize', 'a packed release is larger than 256 KiB');
  unpackRelease(packed, org);
  return packed;
}

/**
 * Unpacks a release. Throws `oversize`, `schema-invalid` for another content than `packRelease` packs, and as
 * `parseStrictJson` does.
 */
export function unpackRelease(packed: Uint8Array, org: OrgId): ReleaseContent {
  if (packed.length > MAX_RELEASE_BYTES) throw fail('oversize', 'a packed release is larger than 256 KiB');
  const value = parseStrictJson(unzip(packed), LIMITS);
  const { files, approvals, contributions, ...more } = isJsonObject(value) ? value : {};
  if (!isJsonObject(files) || !isTexts(approvals) || Object.keys(more).length > 0) throw malformed();
  if (approvals.length > (org === LEDGER_OWNER ? MAX_MEMBER_APPROVALS : MAX_APPROVALS)) throw malformed();
  const content = { files: readFiles(Object.entries(files), org), approvals };
  if (contributions === undefined) return content;
  if (org !== LEDGER_OWNER || !Array.isArray(contributions)) throw malformed();
  if (contributions.length === 0 || contributions.length > MAX_CONTRIBUTIONS) throw malformed();
  return { ...content, contributions: contributions.map(parseContribution) };
}

/** A contribution as JSON. */
export interface ContributionDocument {
  readonly statement: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Returns a contribution as a JSON document. */
export function contributionDocument({ statement, files }: Contribution): ContributionDocument {
  return { statement, files: Object.fromEntries(files) };
}

/** Reads the document of a contribution; its signature is not verified. Throws `schema-invalid` and `oversize`. */
export function parseContribution(value: unknown): Contribution {
  const { statement, files, ...more } = isJsonObject(value) ? value : {};
  if (typeof statement !== 'string' || !isJsonObject(files) || Object.keys(more).length > 0)
    throw malformed();
  if (Buffer.byteLength(JSON.stringify(files)) > MAX_CONTRIBUTION_BYTES)
    throw fail('oversize', 'the files of a contribution are larger than 250,000 bytes');
  return { statement, files: readFiles(Object.entries(files)) };
}

function unzip(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (thrown) {
    const isLarge = (thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isLarge ? fail('oversize', 'a release is larger than 2 MiB') : malformed();
  }
}

/**
 * Reads the files of a release of `LEDGER_OWNER`, or of a member, by name. Throws `schema-invalid` for a name that is not in the closed
 * list, and where one that every release has is missing.
 */
export function readFiles(entries: readonly (readonly [string, unknown])[], org?: OrgId): ReleaseFiles {
  const [needed, names] =
    org === LEDGER_OWNER ? [FEDERATION_FILES, FILES_OF_FEDERATION] : [RULE_FILES, FILES_OF_MEMBER];
  const texts = entries.flatMap(([name, text]): readonly (readonly [string, string])[] =>
    names.includes(name) && typeof text === 'string' ? [[name, text]] : [],
  );
  const files = new Map(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (texts.length < entries.length || needed.some((name) => !files.has(name))) throw malformed();
  return files;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const malformed = () =>
  fail(
    'schema-invalid',
    'a release does not hold the rules and cases of one organisation, or those of the federation',
  );

/** Returns the digest of the files: base64url SHA-256 of the JSON list of `[name, length in bytes, digest of the text]`. */
export function digestOfFiles(files: ReleaseFiles): string {
  const list = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(JSON.stringify(list.map(([name, text]) => [name, Buffer.byteLength(text), digest(text)])));
}
