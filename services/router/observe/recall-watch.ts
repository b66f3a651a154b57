import type { Clock } from '../../shared/kernel/clock.js';
import { type Deadlines, isOverdue } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { RecallDuty } from '../../shared/store/router/router-recalls.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Events } from '../events.js';

interface RecallWatchDeps {
  readonly store: Pick<RouterStore, 'recalls' | 'notices'>;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
}

/** Watches for overdue answers to recalls, which each notice's originator and recipients must give. */
export interface RecallWatch {
  /** Returns how many answers are past their deadline, 1,000 at most. */
  overdue(): number;
  /** Raises `recall-overdue` once for each overdue answer, and ends the alarm when no answer is overdue. */
  report(): void;
}

const MAX_WATCHED = 1_000;

/** Creates the watch of one router; each call reads the projection anew. */
export function createRecallWatch({ store, deadlines, clock, events, alarms }: RecallWatchDeps): RecallWatch {
  const overdue = (): readonly RecallDuty[] => {
    const now = clock().getTime();
    return store.recalls.unanswered(MAX_WATCHED).filter(({ originator, id, at: since }) => {
      const named = store.notices.revisionsOf(originator, id).at(-1)?.kind;
      const kind = KINDS.find((one) => one === named) ?? 'red';
      return isOverdue(deadlines, { duty: 'cancel', kind, since }, now);
    });
  };
  let reported: ReadonlySet<string> = new Set();
  return {
    overdue: () => overdue().length,
    report: () => {
      const found = new Map(overdue().map((one) => [`${one.originator} ${one.id} ${one.recipient}`, one]));
      for (const [key, { originator, id, recipient }] of found) {
        if (!reported.has(key))
          events.alarm('recall-overdue', 'timed-out', { originator, recipient, notice: id });
      }
      if (found.size === 0 && reported.size > 0) alarms.end('recall-overdue');
      reported = new Set(found.keys());
    },
  };
}
