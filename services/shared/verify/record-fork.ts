import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import type { DirectoryRecord } from '../ledger/directory/directory-record.js';
import { readRecord } from '../ledger/record.js';
import type { Directory } from '../trust/directory.js';
import { type ShownDirectory, showDirectory } from '../trust/directory/shown-directory.js';
import { claimedKid } from '../trust/parse-compact-jws.js';
import { type Claim, createClaimList } from './claims.js';
import { boundedList, evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** Two records that name different directories of one version, complete by themselves (docs/formats.md#conviction). */
export interface RecordFork {
  readonly kind: 'conviction';
  readonly what: 'directory-forked';
  readonly accused: 'hub';
  /** At least head and hub of a directory with the keys that signed the records. */
  readonly directory: ShownDirectory;
  /** The exact bytes of each record, base64url. */
  readonly records: readonly string[];
}

/** The JSON schema of a conviction about two records of the directory. */
const recordForkSchema = closed({
  kind: { const: 'conviction' },
  what: { const: 'directory-forked' },
  accused: { const: 'hub' },
  directory: evidenceSchemas.shownDirectory,
  records: boundedList({ type: 'string', maxLength: 16_384 }, 2, 2),
});
const isRecordFork = compileWhenUsed<RecordFork>(evidenceAjv, recordForkSchema);

/** Returns two records as a file that verifies offline. */
export function recordForkOf(records: readonly Uint8Array[], directory: Directory): RecordFork {
  const shown = showDirectory(directory.frame, { organisations: new Set(), persons: new Set() });
  const about = { kind: 'conviction', what: 'directory-forked', accused: 'hub' } as const;
  return { ...about, directory: shown, records: records.map(encodeBase64url) };
}

/** True for a conviction about two records of the directory. */
export function isAboutDirectoryRecords(value: unknown): boolean {
  const { what, accused } = Object(value) as { readonly what?: unknown; readonly accused?: unknown };
  return what === 'directory-forked' && accused === 'hub';
}

/** Reads a conviction about two records of the directory. Throws `schema-invalid` with the place of the first fault. */
export function parseRecordFork(value: unknown): RecordFork {
  return requireForm(value, isRecordFork());
}

/**
 * Verifies that the hub signed both records, and whether they convict it: two digests of one version do. A revoked key counts, since
 * its holder chooses the time that a record states; the line says so.
 */
export async function verifyRecordFork(
  { directory: shown, records }: RecordFork,
  context: EvidenceContext,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, shown, context);
  if (directory === undefined) return claims.lines;
  const read: DirectoryRecord[] = [];
  for (const [at, bytes] of records.entries()) {
    const says = (one: DirectoryRecord | undefined): string =>
      one === undefined
        ? 'the hub signed this record of a directory'
        : `${signerOf(one, directory)} recorded version ${one.part.version} of the directory as ${one.part.digest}`;
    const claimed = { claim: 'record', where: `records[${at}]`, says } as const;
    const one = await claims.check(claimed, () => readDirectoryRecordIn(bytes, directory));
    if (one !== undefined) read.push(one);
  }
  const says = (verdict: string | undefined): string =>
    verdict === undefined
      ? 'these records convict the hub (directory-forked)'
      : `the hub is convicted (directory-forked): ${verdict}`;
  await claims.check({ claim: 'conviction', where: 'accused', says }, () => {
    const [first, other] = read.map(({ part }) => part);
    if (first !== undefined && first.version === other?.version && first.digest !== other.digest)
      return `it recorded two directories of version ${first.version}`;
    throw fail('digest-mismatch', 'the signatures by themselves do not convict: no verdict');
  });
  return claims.lines;
}

async function readDirectoryRecordIn(bytes: string, directory: Directory): Promise<DirectoryRecord> {
  const anyTime = { now: new Date(8.64e15), recorded: new Date(0) };
  const record = await readRecord(decodeBase64url(bytes), { directory, ...anyTime });
  if (record.type === 'directory') return record;
  throw fail('token-malformed', 'expected the record of a directory, got another record');
}

function signerOf({ statement }: DirectoryRecord, directory: Directory): string {
  const kid = claimedKid(statement.statement);
  const revokedAt = directory.key(kid)?.revokedAt;
  return revokedAt === undefined ? kid : `${kid} (revoked at ${revokedAt.toISOString()})`;
}
