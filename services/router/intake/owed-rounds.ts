import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';

/**
 * Milliseconds between two rounds: a recipient has the acts that it owes an answer to within 5 s of its
 * return.
 */
const ROUND_EVERY_MS = 1_000;

/** Rounds over all organisations, in which each is handed what it is owed. */
export interface OwedRounds {
  /** Begins a round if one is due and none is under way; does not wait for it. */
  begin(orgs: Iterable<OrgId>): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
}

/**
 * Creates the rounds of one router; `handOver` hands one organisation what it is owed. A failure at one organisation
 * does not end the round for the others.
 */
export function createOwedRounds(
  handOver: (org: OrgId) => Promise<void>,
  log: Pick<Logger, 'warn'>,
): OwedRounds {
  let due = 0;
  let round: Promise<void> | undefined;
  const runRound = async (orgs: readonly OrgId[]): Promise<void> => {
    for (const org of orgs) {
      try {
        await handOver(org);
      } catch (thrown) {
        const { code, message } = errorFrom(thrown);
        log.warn({ recipient: org, code }, message);
      }
    }
  };
  return {
    begin: (orgs) => {
      if (round !== undefined || performance.now() < due) return;
      due = performance.now() + ROUND_EVERY_MS;
      round = runRound([...orgs]).finally(() => {
        round = undefined;
      });
    },
    idle: async () => {
      await round;
    },
  };
}
