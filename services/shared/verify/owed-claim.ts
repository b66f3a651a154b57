import { closed } from '../kernel/closed-schema.js';
import { seconds } from '../kernel/clock.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../kernel/ids.js';
import { signJws, verifyJws } from '../trust/jws.js';
import type { Signer } from '../trust/keys.js';
import type { ShownSet } from '../trust/shown-set.js';
import { type Claim, createClaimList } from './claims.js';
import { evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { type EvidenceContext, verifyDirectory } from './verify-pack.js';

/** What an organisation may owe another one. */
const OWED = ['delivery-statement'] as const;

/** What one organisation says that another one, or the hub, owes it. */
export interface OwedContent {
  /** `delivery-statement`: a recipient must show the hub's statement that its receipt answers. */
  readonly what: (typeof OWED)[number];
  readonly owes: OrgId;
  readonly since: Date;
  readonly frame: FrameId;
}

/** A file that says who owes what since when (docs/formats.md#claim); never a verdict. */
export interface OwedClaim {
  readonly kind: 'claim';
  readonly directory: ShownSet;
  /** A compact JWS of the claimant. */
  readonly statement: string;
}

/** Signs a claim with the claimant's key of use `notice`. Resolves to a compact JWS. */
export function signOwed(
  { what, owes, since, frame }: OwedContent,
  { signer, federation, now }: { readonly signer: Signer; readonly federation: string; readonly now: Date },
): Promise<string> {
  const head = { iss: signer.owner, iat: seconds(now), aud: federation };
  return signJws('claim+jws', { ...head, what, owes, since: seconds(since), frame }, signer);
}

const { token, shownSet } = evidenceSchemas;

/** The JSON schema of a claim. */
export const owedClaimSchema = closed({ kind: { const: 'claim' }, directory: shownSet, statement: token });
const isClaim = compileWhenUsed<OwedClaim>(evidenceAjv, owedClaimSchema);

/** Reads a claim from parsed JSON. Throws `schema-invalid` with the place of the first fault. */
export function parseOwedClaim(value: unknown): OwedClaim {
  return requireForm(value, isClaim());
}

/** Verifies who signed a claim, and says what it claims: a line that is never proved, because it is one side's word. */
export async function verifyOwedClaim(
  { directory: shown, statement }: OwedClaim,
  context: EvidenceContext,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const directory = await verifyDirectory(claims, shown, context);
  if (directory === undefined) return claims.lines;
  const expected = {
    use: 'notice',
    key: directory.key,
    audience: directory.federation,
    now: context.now,
  } as const;
  const where = 'statement';
  const owed = await claims.check({ claim: 'claim', where, says: 'a member signed this claim' }, async () => {
    const { payload } = await verifyJws(statement, { typ: 'claim+jws', ...expected });
    return readOwed(payload);
  });
  if (owed === undefined) return claims.lines;
  const { by, what, owes, since } = owed;
  const says = `${by} says that ${owes} owes it the ${what} since ${since.toISOString()}`;
  claims.unproved({ claim: 'claim', where, says, detail: 'the word of one side is no verdict' });
  return claims.lines;
}

function readOwed(claims: Readonly<Record<string, unknown>>): OwedContent & { readonly by: OrgId } {
  const { iss, what: named, owes, since, frame } = claims;
  const what = OWED.find((one) => one === named);
  if (what === undefined || !Number.isSafeInteger(since))
    throw fail('token-malformed', 'a claim does not say what is owed since when');
  const about = { owes: parseOrgId(owes), frame: parseFrameId(frame), by: parseOrgId(iss) };
  return { what, since: new Date(Number(since) * 1000), ...about };
}
