import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type Delivered, openDelivered, type Verified } from '../../shared/trust/open-notice.js';
import { disclosedDigest } from '../../shared/trust/redact.js';
import { type InclusionProof, verifyProof } from '../../shared/trust/proof.js';

/** What a gateway hands out of a held notice: only `raw` counts here, the rest is its word. */
export interface HeldNotice {
  readonly id: string;
  readonly revision: number;
  readonly kind: string;
  readonly originator: string;
  readonly receivedAt: string;
  readonly raw: { readonly sdJwt: string; readonly statement: string; readonly proof: InclusionProof };
}

/** `inbox --json` (docs/formats.md#outcomes): from the raw bytes and the directory alone. */
export interface VerifiedHeld {
  readonly id: string;
  readonly revision: number;
  readonly originator: string;
  readonly header: unknown;
  readonly sections: unknown;
  readonly withheld: unknown;
  readonly obligations: unknown;
  readonly receivedAt: string;
  readonly verified: { readonly originator: boolean; readonly statement: boolean };
  /** Why not. */
  readonly codes?: readonly Code[];
}

interface Verifying {
  readonly directory: Directory;
  /** Who holds it. */
  readonly holder: OrgId;
  readonly now: Date;
}

/** Verifies both signatures of a held notice; what does not verify is not shown. */
export async function verifyHeld(held: HeldNotice, verifying: Verifying): Promise<VerifiedHeld> {
  const { id, revision, originator, receivedAt } = held;
  const notice = await attempt(() => openHeld(held, verifying));
  const part = await attempt(() => openStatement(held, verifying));
  const matches = !isFailed(notice) && !isFailed(part) && agrees(part, notice);
  const codes: Code[] = [
    ...[notice, part].filter(isFailed).map(({ failed }) => failed),
    ...(!isFailed(notice) && !isFailed(part) && !matches ? (['digest-mismatch'] as const) : []),
  ];
  return {
    id,
    revision,
    originator,
    header: isFailed(notice) ? null : notice.header,
    sections: isFailed(notice) ? null : notice.sections,
    withheld: matches ? part.advertised : null,
    obligations: matches ? part.obligations : null,
    receivedAt,
    verified: { originator: !isFailed(notice), statement: matches },
    ...(codes.length === 0 ? {} : { codes }),
  };
}

function openHeld(
  { raw, originator, receivedAt }: HeldNotice,
  { directory, now }: Verifying,
): Promise<Verified<Delivered>> {
  const recorded = new Date(receivedAt);
  return openDelivered(raw.sdJwt, { directory, originator: parseOrgId(originator), now, recorded });
}

interface StatementPart {
  readonly jti?: unknown;
  readonly digest?: unknown;
  readonly disclosed?: unknown;
  readonly advertised?: unknown;
  readonly obligations?: unknown;
}

async function openStatement(
  { raw, originator, receivedAt }: HeldNotice,
  { directory, holder, now }: Verifying,
): Promise<StatementPart> {
  const { claims, part } = await verifyProof(raw.statement, raw.proof, {
    typ: 'delivery+jws',
    use: 'hub',
    key: (kid) => directory.key(kid),
    issuer: 'hub',
    audience: holder,
    now,
    recorded: new Date(receivedAt),
  });
  return claims['originator'] === originator ? (Object(part) as StatementPart) : {};
}

/** The hub's statement speaks of exactly this notice with exactly these disclosures. */
function agrees(part: StatementPart, notice: Verified<Delivered>): boolean {
  return (
    part.jti === notice.jti && part.digest === notice.digest && part.disclosed === disclosedDigest(notice)
  );
}

interface Failed {
  readonly failed: Code;
}

function isFailed(value: unknown): value is Failed {
  return typeof value === 'object' && value !== null && 'failed' in value;
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    return { failed: errorFrom(error).code };
  }
}
