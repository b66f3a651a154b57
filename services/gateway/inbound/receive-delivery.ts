import { seconds } from '../../shared/kernel/clock.js';
import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type DeliveryPart, verifyDelivery } from '../../shared/ledger/delivery.js';
import { type ReceiptPart, signReceipt } from '../../shared/ledger/receipt.js';
import { type KeptDelivery, REMEMBER_MS } from '../../shared/store/gateway/gateway-inbox.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { SKEW_S } from '../../shared/trust/jws.js';
import { isClockDependent } from '../../shared/trust/may-pass.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { frames, type SignedSet } from '../../shared/wire/frames.js';
import type { ClockWatch } from '../clock-watch.js';
import { federationOf, type Identity, requireKey } from '../identity.js';
import { judge, type OpenedNotice, openOne } from './judge-delivery.js';
import { packSet, partOf, requireSet, unpackSet } from '../signed-parts.js';

interface DeliveryDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly clockWatch: Pick<ClockWatch, 'heard' | 'mayPass'>;
  /** A receipt was stored and waits to be sent. */
  readonly onReceipt: () => void;
  /** This many notices are new in the inbox; 0 for a repeated delivery. */
  readonly onHeld: (count: number) => void;
}

interface Arrival {
  readonly originator: OrgId;
  readonly frame: FrameId;
}

/**
 * Creates the receiver of `in.delivery.<originator>.<frame>`: verifies the statement and each notice, applies the number
 * rule, and stores notices and receipt in one transaction. Answers a repeated frame with the same receipt, unless a wrong
 * clock may have caused that receipt: then judges the frame again, and signs another receipt if the result differs. Throws
 * what makes the whole frame invalid, and temporary errors (`mayPass`).
 */
export function createReceiveDelivery({ identity, store, clockWatch, onReceipt, onHeld }: DeliveryDeps) {
  return async (arrival: Arrival, bytes: Uint8Array): Promise<void> => {
    const { originator, frame } = arrival;
    const { statement, notices, parts, issuedAt } = await openFrame(identity, arrival, bytes);
    clockWatch.heard(issuedAt);
    const covers = covering(parts);
    let opened: readonly OpenedNotice[] | undefined;
    let held: number | undefined;
    // Another copy of this frame may be accepted while the notices of this one are verified: then look again.
    do {
      const kept = store.inbox.deliveries(originator, frame);
      const covered = kept.filter(covers);
      const final = covered.find((one) => !isByClock(one, identity.clock()));
      if (final) held = await requeue(store, final);
      else {
        opened ??= await openAll(identity, arrival, { notices, parts, mayPass: clockWatch.mayPass });
        const accepting = { ...arrival, opened, statement, kept: kept.length, before: covered.at(-1) };
        held = await accept({ identity, store }, accepting);
      }
    } while (held === undefined);
    onHeld(held);
    onReceipt();
  };
}

/** Queues the stored receipt again; returns 0, as no notice is new. */
async function requeue(store: GatewayStore, { seq }: KeptDelivery): Promise<number> {
  await store.commit(() => store.inbox.requeue(seq));
  return 0;
}

/**
 * True for a receipt that a clock that is ahead may have caused: one dated in the future, or a rejection that depends on the
 * clock.
 */
function isByClock(kept: KeptDelivery, now: Date): boolean {
  const isRejectedByClock = (part: Uint8Array): boolean => {
    const { type, code } = partOf(jsonIn(part));
    return type === 'rejected' && isClockDependent(String(code));
  };
  return (
    isDatedAhead(kept, now) || unpackSet(kept.receipt).leaves.some(({ part }) => isRejectedByClock(part))
  );
}

/** True for a receipt that the hub would refuse as issued in the future. */
function isDatedAhead({ receipt }: KeptDelivery, now: Date): boolean {
  const { iat } = partOf(claimsIn(unpackSet(receipt).statement));
  return Number(iat) > seconds(now) + SKEW_S;
}

/** True when a stored receipt states exactly these results. */
function isSame({ receipt }: KeptDelivery, parts: readonly ReceiptPart[]): boolean {
  const leaves = unpackSet(receipt).leaves.map(({ part }) => Buffer.from(part).toString('utf8'));
  return leaves.length === parts.length && parts.every((part, at) => leaves[at] === JSON.stringify(part));
}

interface OpenFrame {
  readonly issuedAt: Date;
  readonly statement: SignedSet;
  readonly notices: readonly string[];
  readonly parts: readonly DeliveryPart[];
}

async function openFrame(
  { org, directory, clock }: Identity,
  arrival: Arrival,
  bytes: Uint8Array,
): Promise<OpenFrame> {
  const { statement: signed, notices } = frames.delivery.decode(bytes);
  const statement = requireSet(signed);
  const reading = { directory: directory.current(), recipient: org, now: clock() };
  const { originator, frame, parts, issuedAt } = await verifyDelivery(statement, reading);
  if (originator !== arrival.originator) throw fail('issuer-mismatch', 'a delivery for another originator');
  if (frame !== arrival.frame) throw fail('frame-id-mismatch', 'a delivery for another frame');
  if (parts.length !== notices.length) {
    throw fail('digest-mismatch', 'the notices of a delivery are not those of its statement');
  }
  return { statement, notices, parts, issuedAt };
}

/** Returns a predicate: does a stored receipt cover all these notices? */
function covering(parts: readonly DeliveryPart[]): (kept: KeptDelivery) => boolean {
  return ({ receipt }) => {
    const leaves = unpackSet(receipt).leaves.map(({ part }) => jsonIn(part));
    const covered = new Set(leaves.map((leaf) => keyOf(partOf(leaf))));
    return parts.every((part) => covered.has(keyOf(part)));
  };
}

function jsonIn(part: Uint8Array): unknown {
  return JSON.parse(Buffer.from(part).toString('utf8'));
}

function keyOf({ jti, digest }: { readonly jti?: unknown; readonly digest?: unknown }): string {
  return `${String(jti)} ${String(digest)}`;
}

/** Verifies all notices concurrently, their signatures off the main thread. Results are in order. */
function openAll(
  { directory, clock }: Identity,
  { originator }: Arrival,
  { notices, parts, mayPass }: Pick<OpenFrame, 'notices' | 'parts'> & Pick<ClockWatch, 'mayPass'>,
): Promise<readonly OpenedNotice[]> {
  const opening = { directory: directory.current(), originator, now: clock(), mayPass };
  return Promise.all(parts.map((part, leaf) => openOne(notices[leaf] ?? '', part, { ...opening, leaf })));
}

interface AcceptParams extends Arrival {
  readonly opened: readonly OpenedNotice[];
  readonly statement: SignedSet;
  /** Number of stored deliveries of this frame. */
  readonly kept: number;
  /** The newest stored delivery that covers the same notices and is to be judged again. */
  readonly before: KeptDelivery | undefined;
}

/** Signs the receipt by what is stored now and stores both; undefined when the store changed while it was signed. */
async function accept(
  { identity, store }: Pick<DeliveryDeps, 'identity' | 'store'>,
  { originator, frame, opened, statement, kept, before }: AcceptParams,
): Promise<number | undefined> {
  const notices = opened.flatMap((one) => (one.type === 'notice' ? [one.notice] : []));
  const at = identity.clock().getTime();
  const known = (id: string) => store.inbox.known(originator, id);
  const expected = notices.map(({ id }) => ({ id, number: known(id)?.number }));
  const { parts, held } = judge(opened, known);
  if (before && isSame(before, parts) && !isDatedAhead(before, identity.clock()))
    return requeue(store, before);
  const receipt = packSet(await sign(identity, { originator, frame }, parts));
  const forget = Math.max(at, ...notices.map(({ exp }) => exp * 1000)) + REMEMBER_MS;
  const bytes = packSet(statement);
  const delivery = { originator, frame, bytes, receipt, at, forget, held, kept, expected };
  return (await store.commit(() => store.inbox.accept(delivery))) ? held.length : undefined;
}

function sign(
  identity: Identity,
  { originator, frame }: Arrival,
  parts: readonly ReceiptPart[],
): Promise<SignedSet> {
  requireKey(identity, identity.receiptSigner);
  const federation = federationOf(identity);
  return signReceipt(
    { recipient: identity.org, federation, originator, delivery: frame, parts },
    { signer: identity.receiptSigner, now: identity.clock() },
  );
}
