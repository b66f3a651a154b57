import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { OwedActs } from '../parked/hand-over-owed.js';

/** Milliseconds between two rounds: within 5 s of its return a recipient has what it owes an answer to. */
const ROUND_EVERY_MS = 1_000;

/** Rounds over all recipients in which each is handed what it owes an answer to. */
export interface OwedRounds {
  /** Begins a round if one is due and none is under way; does not wait for it. */
  begin(recipients: Iterable<OrgId>): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
}

/** Creates the rounds of one router. A recipient that fails does not keep the others from theirs. */
export function createOwedRounds(owed: OwedActs, log: Pick<Logger, 'warn'>): OwedRounds {
  let due = 0;
  let round: Promise<void> | undefined;
  const go = async (recipients: readonly OrgId[]): Promise<void> => {
    for (const recipient of recipients) {
      try {
        await owed.handOver(recipient);
      } catch (thrown) {
        const { code, message } = errorFrom(thrown);
        log.warn({ recipient, code }, message);
      }
    }
  };
  return {
    begin: (recipients) => {
      if (round !== undefined || performance.now() < due) return;
      due = performance.now() + ROUND_EVERY_MS;
      round = go([...recipients]).finally(() => {
        round = undefined;
      });
    },
    idle: async () => {
      await round;
    },
  };
}
