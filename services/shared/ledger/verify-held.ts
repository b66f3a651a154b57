import { type Code, errorFrom } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import type { Directory } from '../trust/directory.js';
import { type Delivered, openDelivered, type Verified } from '../trust/open-notice.js';
import { type InclusionProof, verifyProof } from '../trust/proof.js';
import { disclosedDigest } from '../trust/redact.js';

/** The evidence of a held notice: `raw` can be verified, `originator` is only claimed by the gateway. */
export interface HeldEvidence {
  readonly originator: string;
  readonly raw: { readonly sdJwt: string; readonly statement: string; readonly proof: InclusionProof };
}

/** What a held notice is verified against. */
export interface HeldContext {
  readonly directory: Directory;
  /** The organisation whose gateway holds the notice. */
  readonly holder: OrgId;
  readonly now: Date;
  /** The time of receipt, on the gateway's word: keys revoked later still count. Absent: keys must hold at `now`. */
  readonly recorded?: Date;
}

/** The outcome of verifying a held notice; `codes` is empty exactly when both signatures hold and agree. */
export interface HeldVerification {
  /** Undefined when the originator's signature does not hold. */
  readonly notice: Verified<Delivered> | undefined;
  /** Undefined unless the hub's delivery statement names exactly this notice with exactly these disclosures. */
  readonly part: DeliveredPart | undefined;
  readonly codes: readonly Code[];
}

/** What the delivery statement says of one notice, before its members are validated. */
interface DeliveredPart {
  readonly jti?: unknown;
  readonly digest?: unknown;
  readonly disclosed?: unknown;
  readonly advertised?: unknown;
  readonly obligations?: unknown;
}

/** Verifies the originator's signature and the hub's delivery statement of a held notice. Never throws. */
export async function verifyHeld(held: HeldEvidence, context: HeldContext): Promise<HeldVerification> {
  const notice = await attempt(() => openHeld(held, context));
  const part = await attempt(() => openStatement(held, context));
  const codes = [notice, part].filter(isFailed).map(({ failed }) => failed);
  if (isFailed(notice)) return { notice: undefined, part: undefined, codes };
  if (isFailed(part)) return { notice, part: undefined, codes };
  return agrees(part, notice)
    ? { notice, part, codes }
    : { notice, part: undefined, codes: ['digest-mismatch'] };
}

function openHeld(
  { raw, originator }: HeldEvidence,
  { directory, now, recorded }: HeldContext,
): Promise<Verified<Delivered>> {
  const by = { directory, originator: parseOrgId(originator), now };
  return openDelivered(raw.sdJwt, recorded === undefined ? by : { ...by, recorded });
}

async function openStatement(
  { raw, originator }: HeldEvidence,
  { directory, holder, now, recorded }: HeldContext,
): Promise<DeliveredPart> {
  const { claims, part } = await verifyProof(raw.statement, raw.proof, {
    typ: 'delivery+jws',
    use: 'hub',
    key: (kid) => directory.key(kid),
    issuer: 'hub',
    audience: holder,
    now,
    ...(recorded === undefined ? {} : { recorded }),
  });
  return claims['originator'] === originator ? (Object(part) as DeliveredPart) : {};
}

function agrees(part: DeliveredPart, notice: Verified<Delivered>): boolean {
  return (
    part.jti === notice.jti && part.digest === notice.digest && part.disclosed === disclosedDigest(notice)
  );
}

interface Failed {
  readonly failed: Code;
}

function isFailed(value: object): value is Failed {
  return 'failed' in value;
}

async function attempt<T extends object>(work: () => Promise<T>): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    return { failed: errorFrom(error).code };
  }
}
