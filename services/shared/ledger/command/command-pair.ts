import type { Directory } from '../../trust/directory.js';
import { SKEW_S } from '../../trust/jws.js';
import type { CommandPair } from '../../wire/frames.js';
import type { CommandVerb } from '../../wire/subjects.js';
import type { Command } from '../command.js';
import { type CommandPart, type CommandRecord, verifyCommandIn } from '../command-record.js';
import { readRecord } from '../record.js';

/** How long after its proposal another person may carry out an order, in seconds. */
const PROPOSAL_LIFE_S = 86_400;

/** The records of a proposal and of the command that carries it out. */
interface CommandRecords {
  readonly proposal: CommandRecord;
  readonly record: CommandRecord;
}

/** An order of two persons: both records, and the command that carried it out. */
export interface OrderByTwo extends CommandRecords {
  readonly command: Command;
}

interface PairReading {
  readonly verb: CommandVerb;
  readonly directory: Directory;
  readonly now: Date;
}

/**
 * Verifies the records of two commands, and the signatures of two persons who were operators when the hub accepted them.
 * Resolves to undefined unless one of the commands carries out what the other person proposed. The caller has a newer signature
 * of the hub over both: its key may have been revoked since. Throws as `readRecord` and `verifyCommandIn` do.
 */
export async function readCommandPair(
  { proposal, record }: CommandPair,
  reading: PairReading,
): Promise<OrderByTwo | undefined> {
  const [first, second] = await Promise.all([proposal, record].map((bytes) => readCommand(bytes, reading)));
  if (first === undefined || second === undefined) return undefined;
  const pair = { proposal: first.record, record: second.record, command: second.command };
  return isCarriedOut(pair) ? pair : undefined;
}

async function readCommand(
  bytes: Uint8Array,
  { verb, directory, now }: PairReading,
): Promise<Pick<OrderByTwo, 'record' | 'command'> | undefined> {
  const record = await readRecord(bytes, { directory, now, recorded: new Date(0) });
  if (record.type !== 'command' || record.part.verb !== verb) return undefined;
  return { record, command: await verifyCommandIn(record, directory) };
}

/** True when the record names the proposal, which another person made about the same at most a day before. */
function isCarriedOut({ proposal, record }: CommandRecords): boolean {
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
