import type { Clock } from '../../shared/kernel/clock.js';
import { ACTION_VERBS } from '../../shared/notice/action-verbs.js';
import { deadlineOf, type Deadlines, type Duty, DUTIES } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { OwedDuty } from '../../shared/store/gateway/gateway-owed-answers.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';

/**
 * A receipt or an answer that is past its deadline; times in ISO 8601. `org` is null for the report of the
 * hub.
 */
interface OverdueDuty {
  readonly id: string;
  readonly org: string | null;
  readonly duty: string;
  readonly since: string;
  readonly deadline: string;
}

/** What others owe this organisation and have not signed in time. */
export interface OverdueDuties {
  /** Returns the overdue duties, oldest first, at most 1,000. */
  list(): readonly OverdueDuty[];
  /** Raises an alarm once for each overdue answer to an action or a request, and ends it when none is. */
  report(): void;
}

interface OverdueDutiesDeps {
  readonly store: Pick<GatewayStore, 'owed'>;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

const MAX_LISTED = 1_000;

/** Creates the list from the store; each call reads it anew. */
export function createOverdueDuties({ store, deadlines, clock, alarms }: OverdueDutiesDeps): OverdueDuties {
  const answers = (now: number): readonly Dated[] =>
    ACTION_VERBS.flatMap((verb) =>
      KINDS.flatMap((kind) =>
        store.owed.answers({ verb, kind, to: now - deadlines[verb][kind] }, MAX_LISTED),
      ),
    ).map((owed) => dated(owed, deadlines));
  const receipts = (now: number): readonly Dated[] =>
    store.owed.receipts(dueByKind(deadlines.receipt, now), MAX_LISTED).map((owed) => dated(owed, deadlines));
  const requests = (now: number): readonly Dated[] =>
    store.owed.requests(dueByKind(deadlines.request, now), MAX_LISTED).map((owed) => dated(owed, deadlines));
  let reported: ReadonlySet<string> = new Set();
  return {
    list: () => {
      const now = clock().getTime();
      const all = [...receipts(now), ...answers(now), ...requests(now)].toSorted((a, b) => a.since - b.since);
      return all.slice(0, MAX_LISTED).map(({ id, org, duty, since, deadline }) => ({
        id,
        org,
        duty,
        since: new Date(since).toISOString(),
        deadline: new Date(deadline).toISOString(),
      }));
    },
    report: () => {
      const now = clock().getTime();
      const overdue = new Map(
        [...answers(now), ...requests(now)].map((one) => [`${one.id} ${one.org} ${one.duty}`, one]),
      );
      for (const [key, { id, org, duty }] of overdue) {
        if (!reported.has(key))
          alarms.raise('answer-overdue', { code: 'timed-out' }, { notice: id, recipient: org, duty });
      }
      reported = new Set(overdue.keys());
      if (overdue.size === 0) alarms.end('answer-overdue');
    },
  };
}

/** Returns, by kind, the time at or before which a duty must have begun to be overdue at `now`; milliseconds since 1970. */
export function dueByKind(lengths: Deadlines[Duty], now: number): Deadlines[Duty] {
  return Object.fromEntries(KINDS.map((kind) => [kind, now - lengths[kind]])) as Deadlines[Duty];
}

interface Dated extends OwedDuty {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

function dated(owed: OwedDuty, deadlines: Deadlines): Dated {
  const duty: Duty = DUTIES.find((one) => one === owed.duty) ?? 'receipt';
  const kind = KINDS.find((one) => one === owed.kind) ?? 'red';
  return { ...owed, deadline: deadlineOf(deadlines, { duty, kind, since: owed.since }) };
}
