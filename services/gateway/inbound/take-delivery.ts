import { fail } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import type { OpenedDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import {
  type KeptDelivery,
  type NewDelivery,
  REMEMBER_MS,
} from '../../shared/store/gateway/gateway-deliveries.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type DeliveryFrame, frames } from '../../shared/wire/frames.js';
import { answeredRequests } from '../holding/answered-request.js';
import { disclosedInCopy } from '../holding/change-copy.js';
import { type ArrivalJudgement, judgeArrival } from '../holding/judge-arrival.js';
import type { Identity } from '../identity.js';
import { isAnsweredBy, isByClock, isDatedAhead, saysTheSame, signAnswer } from './answer-delivery.js';
import { judge } from './judge-delivery.js';
import type { OpenedItems } from './open-delivered-items.js';

interface TakingDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
}

/** Originator and frame of a delivery: from its subject, or for a recall (subject `hub`) from its statement. */
export interface Arrival {
  readonly originator: OrgId;
  readonly frame: FrameId;
}

/** A delivery that agrees with its records, and how to verify its items. */
export interface ArrivedDelivery {
  readonly delivery: DeliveryFrame;
  readonly opened: Pick<OpenedDelivery, 'statement' | 'leaves'>;
  readonly openItems: () => Promise<OpenedItems>;
}

/** What a delivery changed. */
export interface Taken {
  /** The number of notices that are new in the inbox. */
  readonly held: number;
  /** Local systems have something new to read. */
  readonly isTold: boolean;
  /** Content may have been erased or replaced. */
  readonly isErased: boolean;
}

const NOTHING_NEW: Taken = { held: 0, isTold: false, isErased: false };

/**
 * Stores a delivery with its receipt, or queues the stored receipt again. Throws `delivery-differs` if it names the
 * records of a stored delivery and another root.
 */
export async function takeDelivery(
  { identity, store }: TakingDeps,
  arrival: Arrival,
  { delivery, opened, openItems }: ArrivedDelivery,
): Promise<Taken> {
  const { statement } = opened;
  const named = statement.records.join();
  let items: OpenedItems | undefined;
  // Another copy of this frame may be accepted while the notices of this one are verified: then look again.
  for (;;) {
    const kept = store.inbox.deliveries(arrival.originator, arrival.frame);
    if (kept.some(({ records, root }) => records === named && root !== statement.root))
      throw fail('delivery-differs', 'the hub signed another root for the same records');
    const same = kept.filter((one) => isAnsweredBy(one, statement));
    const final = same.find((one) => !isByClock(one, identity.clock()));
    if (final) {
      await requeue(store, [final]);
      return NOTHING_NEW;
    }
    items ??= await openItems();
    const accepting = { ...arrival, delivery, opened, items, kept, before: same.at(-1) };
    const taken = await accept({ identity, store }, accepting);
    if (taken !== undefined) return taken;
  }
}

/** Queues stored receipts again. */
export async function requeue(store: GatewayStore, kept: readonly KeptDelivery[]): Promise<void> {
  await store.commit(() => {
    for (const { seq } of kept) store.inbox.requeue(seq);
  });
}

interface AcceptParams extends Arrival, Omit<ArrivedDelivery, 'openItems'> {
  readonly items: OpenedItems;
  /** The stored deliveries of this frame. */
  readonly kept: readonly KeptDelivery[];
  /** The newest stored delivery whose receipt answers this one and is judged again; undefined without one. */
  readonly before: KeptDelivery | undefined;
}

/**
 * Judges the delivery by what is stored now, signs its receipt and stores both; undefined when the store
 * changed meanwhile.
 */
async function accept(
  { identity, store }: TakingDeps,
  { originator, frame, delivery, opened, items, kept, before }: AcceptParams,
): Promise<Taken | undefined> {
  const notices = items.notices.flatMap((one) => (one.type === 'notice' ? [one.notice] : []));
  const at = identity.clock().getTime();
  const known = (id: string) => store.inbox.known(originator, id);
  // With the notice of each action too: if another delivery stores its copy meanwhile, this judgement is
  // outdated.
  const named = new Set([...notices, ...items.actions].map(({ id }) => id));
  const expected = [...named].map((id) => ({ id, number: known(id)?.number, ended: known(id)?.ended }));
  const judging = { originator, org: identity.org, disclosedOf: disclosedInCopy, at, ...store.holdings };
  const arrival = judgeArrival({ actions: items.actions, notices }, judging);
  const answer = judge(items.notices, { known, arrival });
  if (before && saysTheSame(before, answer) && !isDatedAhead(before, identity.clock())) {
    await requeue(store, [before]);
    return NOTHING_NEW;
  }
  const { records, root } = opened.statement;
  const receipt = await signAnswer(identity, opened.statement, answer);
  const forget = Math.max(at, ...notices.map(({ exp }) => exp * 1000)) + REMEMBER_MS;
  const { held } = answer;
  const stored = { originator, frame, records: records.join(), root, ...storedForm(delivery, opened) };
  const fresh = { ...stored, receipt, at, forget, held, kept: kept.length, expected };
  const replaces = held.some(({ id }) => known(id)?.disclosed);
  // The receipts for earlier deliveries of the frame still count, and the hub may lack them.
  const earlier = before ? [] : kept;
  const closed = answeredRequests(originator, items.actions);
  const storing = { fresh, arrival, earlier, closed, requests: items.requests };
  if (!(await store.commit(() => storeAll(store, storing)))) return undefined;
  const isTold = held.length > 0 || arrival.writes.some(({ changes }) => changes.length > 0);
  return { held: held.length, isTold, isErased: replaces || arrival.writes.length > 0 };
}

interface Storing {
  readonly fresh: NewDelivery;
  readonly arrival: ArrivalJudgement;
  /** Deliveries whose receipts are queued again. */
  readonly earlier: readonly KeptDelivery[];
  readonly requests: OpenedItems['requests'];
  /** Own requests that the actions answer. */
  readonly closed: ReturnType<typeof answeredRequests>;
}

/**
 * Stores a delivery with everything that it changed; within a transaction. Returns false and stores nothing
 * if the store changed meanwhile.
 */
function storeAll(
  { inbox, holdings, asked, items }: GatewayStore,
  { fresh, arrival, earlier, requests, closed }: Storing,
): boolean {
  const { originator } = fresh;
  if (!arrival.versions.every(({ id, version }) => holdings.version(originator, id) === version))
    return false;
  if (!inbox.accept(fresh)) return false;
  for (const { seq } of earlier) inbox.requeue(seq);
  for (const write of arrival.writes) holdings.write(write);
  for (const request of requests) asked.receive(request);
  for (const request of closed) items.closeRequest(request);
  return true;
}

/** What is stored of a delivery besides its notices. */
function storedForm(
  delivery: DeliveryFrame,
  opened: ArrivedDelivery['opened'],
): Pick<NewDelivery, 'statement' | 'proofs' | 'leaves'> {
  const { statement, records, seed } = delivery;
  const items = delivery.items.filter(({ recall }) => recall);
  const proofs = frames.delivery.encode({ statement: '', records, seed, items });
  // The leaves prove single notices of the delivery later.
  return { statement, proofs, leaves: Buffer.concat(opened.leaves) };
}
