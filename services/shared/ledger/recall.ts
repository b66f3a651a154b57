import { fail } from '../kernel/errors.js';
import { type FrameId, type NoticeId, type OrgId, parseFrameId } from '../kernel/ids.js';
import { digest, hexOfDigest } from '../trust/digest.js';
import type { CommandPair, DeliveryFrame } from '../wire/frames.js';
import { readCommandPair } from './command/command-pair.js';
import type { CommandPart } from './command-record.js';
import { deliveryRoot } from './delivery/delivery-root.js';
import {
  type DeliveryReading,
  type DeliveryStatement,
  type VerifiedDelivery,
  verifyDelivery,
} from './delivery/delivery.js';

/** The only reason of a recall. */
export const RECALL_REASON = 'federation-rule';

/** True for the answer to a recall: its frame is named by the only record that it rests on. */
export function isRecallFrame(frame: FrameId, [record, ...more]: readonly string[]): boolean {
  return record !== undefined && more.length === 0 && recallFrame(record) === frame;
}

/** Returns the name of the delivery of a recall: the digest of its record, in hex. */
export function recallFrame(record: string): FrameId {
  return parseFrameId(hexOfDigest(record));
}

/** Returns the number by which a recall counts among the ends of its notice: when it was accepted, in milliseconds. */
export function recallNumber({ accepted }: Pick<CommandPart, 'accepted'>): number {
  return accepted * 1000;
}

/** What names a recall: its record and the token of the command that carried it out, as digests. */
export interface RecallName {
  readonly record: string;
  readonly command: string;
}

/** Returns what the statement of a recall's delivery says to one recipient: one record, one action and no notice. */
export function recallStatement(
  { recipient, originator }: Pick<DeliveryStatement, 'recipient' | 'originator'>,
  { record, command }: RecallName,
): DeliveryStatement {
  const named = {
    records: [record],
    ...deliveryRoot(new Uint8Array(), []),
    actions: [command],
    requests: [],
  };
  return { recipient, originator, frame: recallFrame(record), ...named };
}

/** A recall whose two commands, records and delivery statement verify. */
export interface OpenedRecall {
  readonly statement: VerifiedDelivery;
  readonly id: NoticeId;
  /** Digest of the command that carried it out, which answers name. */
  readonly digest: string;
  readonly number: number;
}

/**
 * Verifies the delivery of a recall: the router's statement, the records of both commands, and the signatures
 * of two persons who were operators when the hub accepted their commands. A key of the hub that was revoked
 * after it signed a record does no harm, because the statement covers both records. Throws as `verifyDelivery`,
 * `readRecord` and `verifyCommandIn` do, and `delivery-differs` if they contradict each other.
 */
export async function openRecall(frame: DeliveryFrame, reading: DeliveryReading): Promise<OpenedRecall> {
  const statement = await verifyDelivery(frame.statement, reading);
  const [item, ...more] = frame.items;
  const isAlone = more.length === 0 && frame.records.length === 0 && frame.seed.length === 0;
  if (!item?.recall || !isAlone) throw differs('its items');
  const { originator, record, ...recall } = await verifyRecall(item.recall, reading);
  const named = recallStatement(statement, { record, command: recall.digest });
  if (!isSameStatement(statement, named)) throw differs('its statement');
  if (originator !== statement.originator) throw differs('its record');
  return { statement, ...recall };
}

/** A recall by the records of both commands, whose own digest is `record`. */
interface VerifiedRecall extends Omit<OpenedRecall, 'statement'> {
  readonly originator: OrgId;
  readonly record: string;
}

/**
 * Verifies the records of both commands, and that one carries out what another person proposed. The caller has a newer
 * signature of the hub over both. Throws as `readRecord` and `verifyCommandIn` do, and `delivery-differs`.
 */
export async function verifyRecall(
  item: CommandPair,
  reading: Pick<DeliveryReading, 'directory' | 'now'>,
): Promise<VerifiedRecall> {
  const pair = await readCommandPair(item, { ...reading, verb: 'cancel' });
  if (pair === undefined) throw differs('its records');
  const { record } = pair;
  const { part, org } = record;
  if (part.outcome !== 'cancelled' || part.notice === undefined) throw differs('its record');
  const names = { digest: digest(record.token), record: record.digest };
  return { originator: org, id: part.notice, number: recallNumber(part), ...names };
}

function isSameStatement(statement: DeliveryStatement, named: DeliveryStatement): boolean {
  return (
    statement.frame === named.frame &&
    statement.records.join() === named.records.join() &&
    statement.root === named.root &&
    statement.size === named.size &&
    statement.actions.join() === named.actions.join() &&
    statement.requests.length === 0
  );
}

const differs = (what: string) =>
  fail('delivery-differs', `a recall contradicts what the hub signed: ${what}`);
