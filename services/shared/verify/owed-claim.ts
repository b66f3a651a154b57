import { closed } from '../kernel/closed-schema.js';
import { seconds } from '../kernel/clock.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import { digest, isDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { type ShownDirectory, verifyDirectoryStatement } from '../trust/directory/shown-directory.js';
import type { PublicJwk } from '../trust/jwk.js';
import { type Claims, signJws, SKEW_S, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import { claimedTyp } from '../trust/parse-compact-jws.js';
import { claimsIn } from '../trust/token-claims.js';
import { type Claim, createClaimList } from './claims.js';
import { evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** The words of `verify` for what may be owed; the digest of the record follows them. */
const OWED = {
  inclusion: 'the inclusion of the record',
  directory: 'the inclusion of the record about the directory',
  receipt: 'the receipt for what is delivered by the record',
  answer: 'the answer to an action that is handed over by the record',
} as const;

/** What the hub owes; everything else a recipient owes. */
const OWED_BY_HUB: readonly (keyof typeof OWED)[] = ['inclusion', 'directory'];

/** The statement of a member that the hub, or a recipient of its notices, owes it something about a record. */
export interface Owed {
  /**
   * `inclusion` of a record, or of the one about a `directory`, in the log, by the hub; `receipt` for a delivery, or `answer` to an
   * action, by a recipient.
   */
  readonly what: keyof typeof OWED;
  /** `hub`, or the recipient. */
  readonly owes: OrgId | 'hub';
  /** Digest of the statement of the record: for a receipt or answer, of the report that decided on the delivery; or of the directory. */
  readonly record: string;
  /** Digest of the action that is to be answered. */
  readonly action?: string | undefined;
  /** When an inclusion could be expected, because the record had arrived; when a receipt or answer was due. */
  readonly since: Date;
}

/** A file that says who owes a member what since when (docs/formats.md#claim); never a verdict. */
export interface OwedClaim {
  readonly kind: 'claim';
  readonly directory: ShownDirectory;
  /** A compact JWS of the claimant. */
  readonly statement: string;
  /** The statement of the record, which the hub signed, or of the directory, which the root or its directory key signed. */
  readonly record: string;
}

/** The statements of records that a gateway is shown. */
const RECORD_TYPES = ['report+jws', 'command-record+jws'] as const;

/** How `verify` names who signed a directory, by the type of its statement. */
const DIRECTORY_SIGNERS: Readonly<Record<string, string>> = {
  'directory+jws': 'the root',
  'directory-amendment+jws': 'a directory key',
};

/** Signs a claim with the claimant's key of use `notice`. Resolves to a compact JWS. */
export function signOwed(
  { since, ...owed }: Owed,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, iat: seconds(now), aud: federation };
  return signJws('claim+jws', { ...head, ...owed, since: seconds(since) }, signer);
}

const { token, shownDirectory } = evidenceSchemas;

/** The JSON schema of a claim. */
export const owedClaimSchema = closed({
  kind: { const: 'claim' },
  directory: shownDirectory,
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
  const by = { directory, now: context.now, root: context.root };
  const recorded = { claim: 'record', where: 'record', says: signedText(record) } as const;
  await claims.check(recorded, () => verifyRecord(record, by));
  const where = 'statement';
  const signed = { claim: 'claim', where, says: 'a member signed this claim about the record' } as const;
  const owed = await claims.check(signed, () => verifyClaim(statement, record, by));
  if (owed === undefined) return claims.lines;
  const ower = owed.owes === 'hub' ? 'the hub' : owed.owes;
  const about = owed.action === undefined ? '' : `: action ${owed.action},`;
  const says = `${owed.by} says that ${ower} owes it ${OWED[owed.what]} ${owed.record}${about} since ${owed.since.toISOString()}`;
  claims.unproved({ claim: 'claim', where, says, detail: 'the word of one side is no verdict' });
  return claims.lines;
}

/** Who signed a directory; undefined for any other record. */
function directorySigner(record: string): string | undefined {
  try {
    return DIRECTORY_SIGNERS[claimedTyp(record)];
  } catch {
    return undefined;
  }
}

const isDirectory = (record: string): boolean => directorySigner(record) !== undefined;

function signedText(record: string): string {
  const signer = directorySigner(record);
  return signer === undefined ? 'the hub signed this record' : `${signer} signed this directory`;
}

interface VerifiedBy {
  readonly directory: Directory;
  readonly now: Date;
  readonly root: PublicJwk;
}

async function verifyRecord(record: string, { directory, now, root }: VerifiedBy): Promise<void> {
  if (isDirectory(record)) return verifyDirectoryStatement(record, { root, directory });
  const { key, federation: audience } = directory;
  const claimed = claimedTyp(record);
  const typ = RECORD_TYPES.find((one) => one === claimed) ?? RECORD_TYPES[0];
  await verifyJws(record, { typ, use: 'hub', key, issuer: 'hub', audience, now });
}

async function verifyClaim(
  statement: string,
  recorded: string,
  { directory: { key, federation: audience }, now }: VerifiedBy,
): Promise<Owed & { readonly by: OrgId }> {
  const { payload } = await verifyJws(statement, { typ: 'claim+jws', use: 'notice', key, audience, now });
  const { iss, what, owes, since, record, action } = payload;
  const about = digest(recorded);
  if (!isOwedWord(what) || !Number.isSafeInteger(since))
    throw fail('token-malformed', 'a claim does not say what is owed since when');
  if ((what === 'directory') !== isDirectory(recorded))
    throw fail('token-malformed', 'a claim about a directory, and no other, is about its statement');
  if (record !== about) throw fail('digest-mismatch', 'the claim is about another record');
  if ((owes === 'hub') !== OWED_BY_HUB.includes(what))
    throw fail('token-malformed', 'the hub owes inclusions, and a recipient receipts and answers');
  if (what === 'answer' ? !isDigest(action) : action !== undefined)
    throw fail('token-malformed', 'a claim about an answer, and no other, names the action');
  if (!isSinceRecord(payload, recorded))
    throw fail('token-malformed', 'the claim says a time before its record, or after itself');
  const ower = owes === 'hub' ? owes : parseOrgId(owes);
  const named = isDigest(action) ? { action } : {};
  return {
    by: parseOrgId(iss),
    what,
    owes: ower,
    record: about,
    since: new Date(Number(since) * 1000),
    ...named,
  };
}

const isOwedWord = (what: unknown): what is Owed['what'] => Object.keys(OWED).includes(String(what));

/** No inclusion is owed before the hub signed the record, whose clock may be a little ahead of the claimant's. */
function isSinceRecord({ what, since, iat }: Claims, recorded: string): boolean {
  const { iat: recordedAt } = Object(claimsIn(recorded)) as Claims;
  const isByHub = isOwedWord(what) && OWED_BY_HUB.includes(what);
  const isAfterIt = !isByHub || Number(since) >= Number(recordedAt);
  return isAfterIt && Number(since) <= Number(iat) + SKEW_S;
}
