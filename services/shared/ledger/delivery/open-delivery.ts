import { encodeBase64url } from '../../kernel/base64url.js';
import { fail } from '../../kernel/errors.js';
import type { Jti } from '../../kernel/ids.js';
import { hashCopy } from '../../trust/copy-digests.js';
import { digest } from '../../trust/digest.js';
import type { HashedSdJwt } from '../../trust/sd-jwt.js';
import type { DeliveredAction, DeliveryFrame } from '../../wire/frames.js';
import type { SharePart } from '../record-own-parts.js';
import { contradictionOf, leftOf } from './contradiction.js';
import { type DeliveryReading, type VerifiedDelivery, verifyDelivery } from './delivery.js';
import type { DeliveredLeaf } from './delivery-root.js';
import { type VerifiedRecordProof, verifyRecordProof } from './record-proof.js';

/**
 * One notice of a delivery, and what the records leave its recipient of it. Its signature is not verified
 * yet.
 */
export interface DeliveredNotice {
  readonly share: SharePart;
  /** SD-JWT as delivered. */
  readonly text: string;
  /** The same, split and hashed. */
  readonly hashed: HashedSdJwt;
}

/** A delivery whose statement, records and root agree. */
export interface OpenedDelivery {
  readonly statement: VerifiedDelivery;
  /** In the order of the statement. */
  readonly records: readonly VerifiedRecordProof[];
  readonly notices: readonly DeliveredNotice[];
  /** The hashed leaf of each notice in the tree of the delivery. */
  readonly leaves: readonly Uint8Array[];
  /** As handed over, each named by the statement and by an own part; not verified yet. */
  readonly actions: readonly DeliveredAction[];
  /** Compact JWSs, each named by the statement and by an own part; not verified yet. */
  readonly requests: readonly string[];
}

/**
 * Verifies the frame of a delivery for its recipient: the router's statement, what the recipient is shown of
 * each record, and that exactly what these records leave to the recipient was delivered. Throws as
 * `verifyDelivery` and `verifyRecordProof` do, and `delivery-differs` if the statement, the records and the
 * items contradict each other.
 */
export async function openDelivery(frame: DeliveryFrame, reading: DeliveryReading): Promise<OpenedDelivery> {
  const statement = await verifyDelivery(frame.statement, reading);
  // The digests are compared first, so that no more records are verified than the statement names.
  if (
    !isEach(
      statement.records,
      frame.records.map((proof) => digest(proof.statement)),
    )
  )
    throw differs('records');
  const records = await Promise.all(frame.records.map((proof) => verifyRecordProof(proof, reading)));
  const left = leftOf(records, statement.frame);
  const contradiction = contradictionOf(statement, records, left);
  if (contradiction !== undefined) throw differs(contradiction);
  const { notices, actions, requests } = itemsIn(frame);
  const { shares, seed, leaves } = left;
  if (shares.length !== notices.length) throw differs('notices');
  if (shares.length > 0 && seed !== encodeBase64url(frame.seed)) throw differs('seed');
  const delivered = shares.map((share, at) => noticeOf(share, notices[at] ?? ''));
  requireNamed(statement, { actions, requests });
  return { statement, records, notices: delivered, leaves, actions, requests };
}

/** Requires exactly the disclosures of the share, before anything of the notice is judged. */
function noticeOf(share: SharePart, text: string): DeliveredNotice {
  const found = hashCopy(text);
  if (found?.digest !== share.digest || found.disclosed !== share.disclosed) throw differs('notices');
  return { share, text, hashed: found.hashed };
}

/** Requires exactly the actions and requests that the statement names. */
function requireNamed(
  statement: VerifiedDelivery,
  { actions, requests }: Pick<OpenedDelivery, 'actions' | 'requests'>,
): void {
  const given = actions.map((action) => digest(action.statement));
  const asked = requests.map((request) => digest(request));
  if (isEach(statement.actions, given) && isEach(statement.requests, asked)) return;
  throw differs('actions or requests');
}

/** Sorts the items of a delivery by type. Throws `frame-unreadable` for an item without content. */
function itemsIn({ items }: Pick<DeliveryFrame, 'items'>): {
  readonly notices: readonly string[];
  readonly actions: readonly DeliveredAction[];
  readonly requests: readonly string[];
} {
  const [notices, actions, requests]: [string[], DeliveredAction[], string[]] = [[], [], []];
  for (const { notice, action, request } of items) {
    if (typeof notice === 'string' && notice !== '') notices.push(notice);
    else if (action) actions.push(action);
    else if (typeof request === 'string' && request !== '') requests.push(request);
    else throw fail('frame-unreadable', 'an item of a delivery without content');
  }
  return { notices, actions, requests };
}

function isEach(named: readonly string[], found: readonly string[]): boolean {
  return named.length === found.length && named.every((one, at) => one === found[at]);
}

const differs = (what: string) =>
  fail('delivery-differs', `a delivery contradicts what the hub signed: ${what}`);

/** What an originator reads of a share in its report. */
type PromisedShare = Pick<SharePart, 'jti' | 'digest' | 'sections'>;

/**
 * Returns the leaves of a delivery as its originator computes them from the recipient's shares. `disclosedOf`
 * gives the digest of these sections of an own notice; the result is undefined when it gives none for one of
 * them.
 */
export function leavesLeft(
  shares: readonly PromisedShare[],
  disclosedOf: (jti: Jti, sections: SharePart['sections']) => string | undefined,
): readonly DeliveredLeaf[] | undefined {
  const leaves = shares.flatMap(({ jti, digest: named, sections }): DeliveredLeaf[] => {
    const disclosed = disclosedOf(jti, sections);
    return disclosed === undefined ? [] : [{ jti, digest: named, disclosed }];
  });
  return leaves.length === shares.length ? leaves : undefined;
}
