import { fail } from '../../kernel/errors.js';
import type { Directory } from '../../trust/directory.js';
import type { CommandPair } from '../../wire/frames.js';
import type { EndedLog } from '../command-content.js';
import { readCommandPair } from './command-pair.js';

/** The order of two persons to begin the next life of the log. */
export interface Recovery {
  readonly ended: EndedLog;
  /** Digest of the record of the order, the first entry of the next life. */
  readonly record: string;
  /** Who proposed it, and who carried it out. */
  readonly persons: readonly [string, string];
  /** When the hub accepted the first of both commands, in seconds since 1970. */
  readonly since: number;
}

/**
 * Verifies an order to begin the next life of the log: the signatures of two persons who were operators when the hub accepted
 * their commands. Throws as `readRecord` and `verifyCommandIn` do, and `not-permitted` for anything else than such an order.
 */
export async function verifyRecovery(
  item: CommandPair,
  reading: { readonly directory: Directory; readonly now: Date },
): Promise<Recovery> {
  const pair = await readCommandPair(item, { ...reading, verb: 'recover' });
  const ended = pair?.command.ended;
  if (pair?.record.part.outcome !== 'recovered' || ended === undefined)
    throw fail('not-permitted', 'not the order of two operators to begin the next life of the log');
  const [first, second] = [pair.proposal.part, pair.record.part];
  return {
    ended,
    record: pair.record.digest,
    persons: [first.person, second.person],
    since: Math.min(first.accepted, second.accepted),
  };
}
