import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Logger } from '../../shared/runtime/logger.js';

/**
 * Milliseconds between two rounds: a recipient has the acts that it owes an answer to within 5 s of its return, and no notice
 * reaches a member 5 s after its suspension.
 */
const ROUND_EVERY_MS = 1_000;

/** Rounds over all organisations, one of them after the other. */
export interface MemberRounds {
  /** Begins a round if one is due and none is under way; does not wait for it. */
  begin(orgs: Iterable<OrgId>): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
}

/**
 * Creates the rounds of one router, with the same `work` for each organisation. A failure at one organisation does not end the
 * round for the others.
 */
export function createMemberRounds(
  work: (org: OrgId) => Promise<void>,
  log: Pick<Logger, 'warn'>,
): MemberRounds {
  let due = 0;
  let round: Promise<void> | undefined;
  const runRound = async (orgs: readonly OrgId[]): Promise<void> => {
    for (const org of orgs) {
      try {
        await work(org);
      } catch (thrown) {
        const { code, message } = errorFrom(thrown);
        log.warn({ org, code }, message);
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
