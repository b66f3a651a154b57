import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { type Code, errorFrom } from '../kernel/errors.js';
import { type OrgId, parseOrgId } from '../kernel/ids.js';
import type { Directory } from '../trust/directory.js';
import { leafHash, rootFrom } from '../trust/merkle.js';
import { type Delivered, openDelivered, type Verified } from '../trust/open-notice.js';
import { disclosedDigest } from '../trust/redact.js';
import { type VerifiedDelivery, verifyDelivery } from './delivery/delivery.js';
import { type DeliveredLeaf, deliveredLeafData } from './delivery/delivery-root.js';
import { type ShownPart, verifyShownPart } from './delivery/shown-part.js';
import type { SharePart } from './record-own-parts.js';
import { sharesLeft } from './shares.js';

/** The evidence of a held notice: `raw` can be verified, `originator` is only claimed by the gateway. */
export interface HeldEvidence {
  readonly originator: string;
  readonly raw: HeldProof;
}

/** What proves a held notice; bytes in base64url. */
export interface HeldProof {
  readonly sdJwt: string;
  /** The hub's delivery statement. */
  readonly statement: string;
  /** The notice's place among the notices of the delivery; the salt opens this leaf alone. */
  readonly place: { readonly salt: string; readonly index: number; readonly path: readonly string[] };
  /** What the records of the statement say of this notice to its holder: the routing report first, then narrowings. */
  readonly shown: readonly ShownPart[];
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
  /** Undefined unless the hub delivered exactly this notice with exactly these disclosures, as its records leave to the holder. */
  readonly part: SharePart | undefined;
  readonly codes: readonly Code[];
}

/** Verifies the originator's signature, the hub's delivery statement and its records of a held notice. Never throws. */
export async function verifyHeld(held: HeldEvidence, context: HeldContext): Promise<HeldVerification> {
  const notice = await attempt(() => openHeld(held, context));
  const opened = await attempt(() => openStatement(held, context));
  const codes = [notice, opened].filter(isFailed).map(({ failed }) => failed);
  if (isFailed(notice)) return { notice: undefined, part: undefined, codes };
  if (isFailed(opened)) return { notice, part: undefined, codes };
  return agrees(opened, { held, notice })
    ? { notice, part: opened.part, codes }
    : { notice, part: undefined, codes: ['digest-mismatch'] };
}

function openHeld(
  { raw, originator }: HeldEvidence,
  { directory, now, recorded }: HeldContext,
): Promise<Verified<Delivered>> {
  const by = { directory, originator: parseOrgId(originator), now };
  return openDelivered(raw.sdJwt, recorded === undefined ? by : { ...by, recorded });
}

/** The delivery of a held notice, and what its records leave of the notice. */
interface HeldDelivery {
  readonly statement: VerifiedDelivery;
  readonly part: SharePart | undefined;
}

async function openStatement(
  { raw }: HeldEvidence,
  { directory, holder, now, recorded }: HeldContext,
): Promise<HeldDelivery> {
  const reading = { directory, recipient: holder, now, ...(recorded === undefined ? {} : { recorded }) };
  const statement = await verifyDelivery(raw.statement, reading);
  const shown = await Promise.all(raw.shown.map((part) => verifyShownPart(part, reading)));
  // In the order of the statement, which is the ledger's, and the routing report first.
  const places = shown.map(({ record }) => statement.records.indexOf(record));
  const isInOrder = places[0] === 0 && places.every((place, at) => place > (places[at - 1] ?? -1));
  const [part, ...more] = sharesLeft(shown.map((one) => [one.part]));
  return { statement, part: isInOrder && more.length === 0 ? part : undefined };
}

interface Agreeing {
  readonly held: HeldEvidence;
  readonly notice: Verified<Delivered>;
}

function agrees({ statement, part }: HeldDelivery, { held: { raw, originator }, notice }: Agreeing): boolean {
  const { jti, digest, sections } = notice;
  const names: readonly string[] = Object.keys(sections).toSorted();
  return (
    statement.originator === originator &&
    part?.jti === jti &&
    part.digest === digest &&
    names.join() === part.sections.toSorted().join() &&
    isPlaced(statement, raw.place, { jti, digest, disclosed: disclosedDigest(notice) })
  );
}

function isPlaced(
  { root, size }: VerifiedDelivery,
  { salt, index, path }: HeldProof['place'],
  leaf: DeliveredLeaf,
): boolean {
  try {
    const data = deliveredLeafData(decodeBase64url(salt), leaf);
    const found = rootFrom(leafHash(data), { index, size }, path.map(decodeBase64url));
    return found !== undefined && encodeBase64url(found) === root;
  } catch {
    return false;
  }
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
