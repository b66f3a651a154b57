import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { OwedActs } from '../parked/hand-over-owed.js';

/**
 * Milliseconds between two rounds: a recipient has the acts that it owes an answer to within 5 s of its
 * return.
 */
const ROUND_EVERY_MS = 1_000;

/** Rounds over all recipients, in which each is handed the ends and bars that it has not answered. */
export interface OwedRounds {
  /** Begins a round if one is due and none is under way; does not wait for it. */
  begin(recipients: Iterable<OrgId>): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
}

/** Creates the rounds of one router. A failure at one recipient does not end the round for the others. */
export function createOwedRounds(owed: OwedActs, log: Pick<Logger, 'warn'>): OwedRounds {
  let due = 0;
  let round: Promise<void> | undefined;
  const runRound = async (recipients: readonly OrgId[]): Promise<void> => {
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
      round = runRound([...recipients]).finally(() => {
        round = undefined;
      });
    },
    idle: async () => {
      await round;
    },
  };
}
