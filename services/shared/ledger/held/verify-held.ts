import { decodeBase64url, encodeBase64url } from '../../kernel/base64url.js';
import { type Code, errorFrom } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { type HoldingTerms, termsOf } from '../../notice/holding-terms.js';
import { type Section, SECTIONS } from '../../notice/kinds.js';
import { applyItem, EMPTY_REGISTERS, type NoticeRegisters } from '../../notice/registers.js';
import { digestOfDisclosures } from '../../trust/copy-digests.js';
import { digest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import { leafHash, rootFrom } from '../../trust/merkle.js';
import { type Delivered, openDelivered, type Verified } from '../../trust/open-notice.js';
import type { HandedAction } from '../action-delivery.js';
import { type VerifiedDelivery, verifyDelivery } from '../delivery/delivery.js';
import { type DeliveredLeaf, deliveredLeafData } from '../delivery/delivery-root.js';
import { type ShownPart, verifyShownPart } from '../delivery/shown-part.js';
import type { SharePart } from '../record-own-parts.js';
import { sharesLeft } from '../shares.js';
import { handedItemOf, type HeldAction, verifyHeldAction } from './held-action.js';

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
  readonly place: HeldPlace;
  /**
   * The holder's own parts about this notice in the records of the statement: routing report, then
   * narrowings.
   */
  readonly shown: readonly ShownPart[];
  /** The actions that changed the copy since it was delivered. */
  readonly actions: readonly HeldAction[];
}

/** The notice's place among the notices of the delivery; the salt opens this leaf alone. */
interface HeldPlace {
  readonly salt: string;
  readonly index: number;
  readonly path: readonly string[];
  /** Digest of the disclosures as they were delivered (`digestOfDisclosures`). */
  readonly disclosed: string;
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

/** The outcome of verifying a held notice; `codes` is empty if and only if everything verifies and agrees. */
export interface HeldVerification {
  /** Undefined when the originator's signature does not hold. */
  readonly notice: Verified<Delivered> | undefined;
  /**
   * The `sections` that are held, and the `advertised` ones that the holder may know of. Undefined unless the
   * hub delivered exactly this notice as its records leave it to the holder, and the copy discloses exactly
   * the delivered sections, without those that actions restricted and with those that they unsealed.
   */
  readonly part: SharePart | undefined;
  readonly codes: readonly Code[];
}

/**
 * Verifies the originator's signature of a held notice, the hub's delivery statement and its records, and the
 * actions that changed the copy. Never throws.
 */
export async function verifyHeld(held: HeldEvidence, context: HeldContext): Promise<HeldVerification> {
  const opened = await attempt(() => openStatement(held, context));
  const lifeEnd = isFailed(opened) ? undefined : opened.lifeEnd;
  const notice = await attempt(() => openHeld(held, context, lifeEnd));
  const codes = [notice, opened].filter(isFailed).map(({ failed }) => failed);
  if (isFailed(notice)) return { notice: undefined, part: undefined, codes };
  if (isFailed(opened)) return { notice, part: undefined, codes };
  return agrees(opened, { held, notice })
    ? { notice, part: partOf(opened, notice), codes }
    : { notice, part: undefined, codes: ['digest-mismatch'] };
}

function openHeld(
  { raw, originator }: HeldEvidence,
  { directory, now, recorded }: HeldContext,
  lifeEnd: Date | undefined,
): Promise<Verified<Delivered>> {
  const by = { directory, originator: parseOrgId(originator), now };
  return openDelivered(raw.sdJwt, { ...by, ...(recorded && { recorded }), ...(lifeEnd && { lifeEnd }) });
}

/**
 * The delivery of a held notice, what its records left of the notice, and the terms after the actions on it.
 */
interface HeldDelivery {
  readonly statement: VerifiedDelivery;
  readonly part: SharePart | undefined;
  readonly terms: HoldingTerms;
  /** The end that an extension gave the notice; undefined without one. */
  readonly lifeEnd: Date | undefined;
}

async function openStatement(
  { raw, originator }: HeldEvidence,
  { directory, holder, now, recorded }: HeldContext,
): Promise<HeldDelivery> {
  const reading = { directory, recipient: holder, now, ...(recorded === undefined ? {} : { recorded }) };
  const statement = await verifyDelivery(raw.statement, reading);
  const shown = await Promise.all(raw.shown.map((part) => verifyShownPart(part, reading)));
  // In the order of the statement, which is the ledger's, and the routing report first.
  const places = shown.map(({ record }) => statement.records.indexOf(record));
  const isInOrder = places[0] === 0 && places.every((place, at) => place > (places[at - 1] ?? -1));
  const [part, ...more] = sharesLeft(shown.map((one) => [one.part]));
  const left = isInOrder && more.length === 0 ? part : undefined;
  const by = { ...reading, originator: parseOrgId(originator) };
  const actions = await Promise.all(raw.actions.map((action) => verifyHeldAction(action, by)));
  const registers = registersAfter(left, actions);
  const { life } = registers;
  return {
    statement,
    part: left,
    terms: termsOf(registers, holder),
    lifeEnd: life ? new Date(life.expiresAt) : undefined,
  };
}

/**
 * Returns the registers of a notice after its delivery and the actions on it. Ignores actions on other
 * notices.
 */
function registersAfter(part: SharePart | undefined, actions: readonly HandedAction[]): NoticeRegisters {
  if (part === undefined) return EMPTY_REGISTERS;
  const [id, number] = part.jti.split('.');
  const content = { type: 'content', number: Number(number), digest: part.digest, expiresAt: 0 } as const;
  const items = actions.flatMap((action) => (action.id === id ? (handedItemOf(action) ?? []) : []));
  return [content, ...items].reduce((state, item) => applyItem(state, item).state, EMPTY_REGISTERS);
}

interface Agreeing {
  readonly held: HeldEvidence;
  readonly notice: Verified<Delivered>;
}

function agrees(delivery: HeldDelivery, { held: { raw, originator }, notice }: Agreeing): boolean {
  const { statement, part, terms } = delivery;
  const { jti, digest: named } = notice;
  return (
    statement.originator === originator &&
    part?.jti === jti &&
    part.digest === named &&
    terms.content === named &&
    isWhatIsLeft(part, terms, notice) &&
    part.disclosed === raw.place.disclosed &&
    isAsDelivered(part, notice) &&
    isPlaced(statement, raw.place, part)
  );
}

/**
 * True when the copy discloses exactly the sections of its share, less the restricted and plus the unsealed
 * ones.
 */
function isWhatIsLeft(
  { sections }: SharePart,
  { without, gains }: HoldingTerms,
  { disclosures }: Verified<Delivered>,
): boolean {
  const left = sections.filter((section) => !without.includes(section));
  const names = new Set<string>([...left, ...gains.map(({ section }) => section)]);
  const texts: ReadonlyMap<string, string> = disclosures;
  return (
    [...names].toSorted().join() === [...texts.keys()].toSorted().join() &&
    gains.every(({ section, disclosure }) => digest(texts.get(section) ?? '') === disclosure)
  );
}

/**
 * True when the delivered sections have the delivered texts, and true unchecked when one of them was erased.
 */
function isAsDelivered({ sections, disclosed }: SharePart, { disclosures }: Verified<Delivered>): boolean {
  const delivered = [...disclosures].filter(([name]) => sections.some((section) => section === name));
  // Without an erased section the digest cannot be computed; the originator's signature covers the others.
  if (delivered.length < sections.length) return true;
  return digestOfDisclosures(delivered.map(([, text]) => text)) === disclosed;
}

/** Returns the share of the holder with the sections that the copy has now. */
function partOf({ part }: HeldDelivery, { sections }: Verified<Delivered>): SharePart | undefined {
  const isHeld = (section: Section): boolean => Object.hasOwn(sections, section);
  return (
    part && {
      ...part,
      sections: SECTIONS.filter(isHeld),
      advertised: part.advertised.filter((section) => !isHeld(section)),
    }
  );
}

function isPlaced(
  { root, size }: VerifiedDelivery,
  { salt, index, path }: HeldPlace,
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
