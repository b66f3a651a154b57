import { closed } from '../kernel/closed-schema.js';
import { seconds } from '../kernel/clock.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import { digest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { claimedTyp } from '../trust/parse-compact-jws.js';
import type { ShownSet } from '../trust/shown-set.js';
import { type Claim, createClaimList } from './claims.js';
import { evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** What a member says that the hub owes it: that a record is included in the log. */
export interface OwedInclusion {
  /** Digest of the statement of the record. */
  readonly record: string;
  /** When the record arrived at the member. */
  readonly since: Date;
}

/** A file that says what the hub owes a member since when (docs/formats.md#claim); never a verdict. */
export interface OwedClaim {
  readonly kind: 'claim';
  readonly directory: ShownSet;
  /** A compact JWS of the claimant. */
  readonly statement: string;
  /** The statement of the record, which the hub signed. */
  readonly record: string;
}

const INCLUSION = 'inclusion';

/** The statements of records that a gateway is shown. */
const RECORD_TYPES = ['report+jws', 'command-record+jws'] as const;

/** Signs a claim with the claimant's key of use `notice`. Resolves to a compact JWS. */
export function signOwed(
  { record, since }: OwedInclusion,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, iat: seconds(now), aud: federation };
  const owed = { what: INCLUSION, owes: 'hub', since: seconds(since), record };
  return signJws('claim+jws', { ...head, ...owed }, signer);
}

const { token, shownSet } = evidenceSchemas;

/** The JSON schema of a claim. */
export const owedClaimSchema = closed({
  kind: { const: 'claim' },
  directory: shownSet,
  statement: token,
  record: token,
});
const isClaim = compileWhenUsed<OwedClaim>(evidenceAjv, owedClaimSchema);

/** Reads a claim from parsed JSON. Throws `schema-invalid` with the place of the first fault. */
export function parseOwedClaim(value: unknown): OwedClaim {
  return requireForm(value, isClaim());
}

/**
 * Verifies that the hub signed the record and who signed the claim, and says what it claims: a line that is never proved,
 * because it is one side's word.
 */
export async function verifyOwedClaim(
  { directory: shown, statement, record }: OwedClaim,
  context: EvidenceContext,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, shown, context);
  if (directory === undefined) return claims.lines;
  const by = { directory, now: context.now };
  const recorded = { claim: 'record', where: 'record', says: 'the hub signed this record' } as const;
  await claims.check(recorded, () => verifyRecord(record, by));
  const where = 'statement';
  const signed = { claim: 'claim', where, says: 'a member signed this claim about the record' } as const;
  const owed = await claims.check(signed, () => verifyClaim(statement, digest(record), by));
  if (owed === undefined) return claims.lines;
  const says = `${owed.by} says that the hub owes it the ${INCLUSION} of the record ${owed.record} since ${owed.since.toISOString()}`;
  claims.unproved({ claim: 'claim', where, says, detail: 'the word of one side is no verdict' });
  return claims.lines;
}

interface VerifiedBy {
  readonly directory: Directory;
  readonly now: Date;
}

async function verifyRecord(record: string, { directory, now }: VerifiedBy): Promise<void> {
  const { key, federation: audience } = directory;
  const claimed = claimedTyp(record);
  const typ = RECORD_TYPES.find((one) => one === claimed) ?? RECORD_TYPES[0];
  await verifyJws(record, { typ, use: 'hub', key, issuer: 'hub', audience, now });
}

async function verifyClaim(
  statement: string,
  about: string,
  { directory: { key, federation: audience }, now }: VerifiedBy,
): Promise<OwedInclusion & { readonly by: OrgId }> {
  const { payload } = await verifyJws(statement, { typ: 'claim+jws', use: 'notice', key, audience, now });
  const { iss, what, owes, since, record } = payload;
  if (what !== INCLUSION || owes !== 'hub' || !Number.isSafeInteger(since))
    throw fail('token-malformed', 'a claim does not say what the hub owes since when');
  if (record !== about) throw fail('digest-mismatch', 'the claim is about another record');
  return { by: parseOrgId(iss), record: about, since: new Date(Number(since) * 1000) };
}
