import { fail } from '../kernel/errors.js';
import { type FrameId, type NoticeId, type OrgId, parseFrameId } from '../kernel/ids.js';
import { digest, hexOfDigest } from '../trust/digest.js';
import type { Directory } from '../trust/directory.js';
import { SKEW_S } from '../trust/jws.js';
import type { DeliveryFrame, RecallItem } from '../wire/frames.js';
import { type CommandPart, type CommandRecord, verifyCommandIn } from './command-record.js';
import { deliveryRoot } from './delivery/delivery-root.js';
import {
  type DeliveryReading,
  type DeliveryStatement,
  type VerifiedDelivery,
  verifyDelivery,
} from './delivery/delivery.js';
import { readRecord } from './record.js';

/** The only reason of a recall. */
export const RECALL_REASON = 'federation-rule';

/** How long after its proposal another person may carry out a recall, in seconds. */
const PROPOSAL_LIFE_S = 86_400;

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
  item: RecallItem,
  reading: Pick<DeliveryReading, 'directory' | 'now'>,
): Promise<VerifiedRecall> {
  const { proposal, record } = await readBoth(item, reading);
  const { part, org } = record;
  if (part.outcome !== 'cancelled' || part.notice === undefined) throw differs('its record');
  if (!isCarriedOut({ proposal, record })) throw differs('its proposal');
  const names = { digest: digest(record.token), record: record.digest };
  return { originator: org, id: part.notice, number: recallNumber(part), ...names };
}

interface RecallRecords {
  readonly proposal: CommandRecord;
  readonly record: CommandRecord;
}

async function readBoth(
  { proposal, record }: RecallItem,
  { directory, now }: Pick<DeliveryReading, 'directory' | 'now'>,
): Promise<RecallRecords> {
  const read = (bytes: Uint8Array) => readCommand(bytes, { directory, now });
  const [first, second] = await Promise.all([read(proposal), read(record)]);
  return { proposal: first, record: second };
}

async function readCommand(
  bytes: Uint8Array,
  { directory, now }: { readonly directory: Directory; readonly now: Date },
): Promise<CommandRecord> {
  const record = await readRecord(bytes, { directory, now, recorded: new Date(0) });
  if (record.type !== 'command' || record.part.verb !== 'cancel') throw differs('its records');
  await verifyCommandIn(record, directory);
  return record;
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

/** True when the record names the proposal, which another person made for the same notice at most a day before. */
function isCarriedOut({ proposal, record }: RecallRecords): boolean {
  const [first, second] = [proposal.part, record.part];
  return (
    second.proposal === proposal.digest &&
    second.first === first.command &&
    first.outcome === 'proposed' &&
    first.entry === second.entry &&
    proposal.org === record.org &&
    isOtherPerson(first, second)
  );
}

/** True when another person carries out a proposal in time. */
export function isOtherPerson(
  first: Pick<CommandPart, 'person' | 'accepted'>,
  second: Pick<CommandPart, 'person' | 'accepted'>,
): boolean {
  return first.person !== second.person && isInTime(first, second);
}

/**
 * True within `PROPOSAL_LIFE_S` after a proposal; also up to `SKEW_S` before it, because the two commands may be
 * accepted by two routers, whose clocks differ.
 */
export function isInTime(
  { accepted: from }: Pick<CommandPart, 'accepted'>,
  { accepted }: Pick<CommandPart, 'accepted'>,
): boolean {
  return accepted - from >= -SKEW_S && accepted - from <= PROPOSAL_LIFE_S;
}

const differs = (what: string) =>
  fail('delivery-differs', `a recall contradicts what the hub signed: ${what}`);
