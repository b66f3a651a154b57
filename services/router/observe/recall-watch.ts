import type { Clock } from '../../shared/kernel/clock.js';
import { type Deadlines, isOverdue } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { RecallDuty, RecallPlace } from '../../shared/store/router/router-recalls.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { type Directory, hasLeft } from '../../shared/trust/directory.js';
import type { Events } from '../events.js';

interface RecallWatchDeps {
  readonly store: Pick<RouterStore, 'recalls' | 'notices'>;
  readonly directory: () => Directory;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
}

/** Watches for overdue answers to recalls. The originator and each recipient owe one, except members that have left. */
export interface RecallWatch {
  /** Returns how many answers `report` last found past their deadline. */
  overdue(): number;
  /**
   * Checks the next 1,000 duties to answer, so that several calls go through all of them. Raises `recall-overdue` once
   * for each overdue answer, and ends the alarm when all duties were checked and no answer is overdue.
   */
  report(): void;
}

/** Duties that one call of `report` checks. */
const MAX_READ = 1_000;
const START: RecallPlace = { at: 0, row: 0, recipient: '' };

/** Creates the watch of one router. It starts with the oldest recall, and again after the newest one. */
export function createRecallWatch(deps: RecallWatchDeps): RecallWatch {
  const { store, directory, deadlines, clock, events, alarms } = deps;
  const isLate = ({ originator, id, at: since }: RecallDuty): boolean => {
    const named = store.notices.newestOf(originator, id)?.kind;
    const kind = KINDS.find((one) => one === named) ?? 'red';
    return isOverdue(deadlines, { duty: 'cancel', kind, since }, clock().getTime());
  };
  const isOverdueNow = (one: RecallDuty & { readonly answered: number }): boolean =>
    one.answered === 0 && isLate(one) && !hasLeft(directory(), one.recipient);
  let [reported, found] = [new Set<string>(), new Set<string>()];
  let after = START;
  return {
    overdue: () => reported.size,
    report: () => {
      const duties = store.recalls.dutiesAfter(after, MAX_READ);
      for (const duty of duties.filter(isOverdueNow)) {
        const { originator, id, recipient } = duty;
        const key = `${originator} ${id} ${recipient}`;
        found.add(key);
        if (reported.has(key)) continue;
        reported.add(key);
        events.alarm('recall-overdue', 'timed-out', { originator, recipient, notice: id });
      }
      const last = duties.at(-1);
      if (last !== undefined && duties.length === MAX_READ) {
        after = last;
        return;
      }
      if (found.size === 0 && reported.size > 0) alarms.end('recall-overdue');
      [reported, found, after] = [found, new Set(), START];
    },
  };
}
