import { ANSWERED_VERBS } from '../../shared/notice/action-verbs.js';
import { deadlineOf, type Deadlines, type Duty, DUTIES } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { foreignCursor } from '../../shared/runtime/http-query.js';
import type { DutyPlace, OwedDuty } from '../../shared/store/gateway/gateway-owed-answers.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type Directory, hasLeft } from '../../shared/trust/directory.js';
import type { Members } from '../identity.js';

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
  /**
   * Returns a page of the overdue duties, oldest first, without the answers of members that have left. Throws `usage` if `after` is
   * not the `next` of a page.
   */
  list(page: OverdueQuery): OverduePage;
  /** Returns a page of all overdue duties as they are stored, also those of members that have left. */
  read(page: OverdueQuery): StoredPage;
  /**
   * Raises an alarm once for each overdue answer to an action or a request, except of members that have left; ends it when none is
   * overdue.
   */
  report(): void;
}

interface OverdueQuery {
  readonly after?: string | undefined;
  readonly limit: number;
}

interface StoredPage {
  readonly items: readonly OwedDuty[];
  readonly next: string | null;
}

interface OverduePage {
  readonly items: readonly OverdueDuty[];
  /** Null on the last page. */
  readonly next: string | null;
}

interface OverdueDutiesDeps {
  readonly store: Pick<GatewayStore, 'owed'>;
  readonly identity: Members;
  readonly deadlines: Deadlines;
  readonly alarms: Alarms;
}

/** Maximum duties that the alarm reads: requests, and answers by verb and by kind of notice. */
const MAX_REPORTED = 1_000;

/** Creates the list from the store; each call reads it anew. */
export function createOverdueDuties(deps: OverdueDutiesDeps): OverdueDuties {
  const { store, identity, deadlines, alarms } = deps;
  const { clock, directory } = identity;
  const answers = (now: number, page: DutiesPage): readonly OwedDuty[] =>
    ANSWERED_VERBS.flatMap((verb) =>
      KINDS.flatMap((kind) =>
        store.owed.answers({ verb, kind, to: now - deadlines[verb][kind] }, page(verb)),
      ),
    );
  const receipts = (now: number, page: DutiesPage): readonly OwedDuty[] =>
    store.owed.receipts(dueByKind(deadlines.receipt, now), page('receipt'));
  const requests = (now: number, page: DutiesPage): readonly OwedDuty[] =>
    store.owed.requests(dueByKind(deadlines.request, now), page('request'));
  let reported: ReadonlySet<string> = new Set();
  const read = ({ after, limit }: OverdueQuery, except: readonly string[]): StoredPage => {
    const now = clock().getTime();
    const place = after === undefined ? undefined : parsePlace(after);
    const page: DutiesPage = (duty) => ({ ...placeIn(duty, place), limit: limit + 1, except });
    const found = [...receipts(now, page), ...answers(now, page), ...requests(now, page)];
    const all = found.toSorted(compareDuties);
    const last = all.length > limit ? all[limit - 1] : undefined;
    return { items: all.slice(0, limit), next: last === undefined ? null : nextOf(last) };
  };
  return {
    read: (page) => read(page, []),
    list: (page) => shownPage(read(page, leftMembers(directory.current())), deadlines),
    report: () => {
      const [now, except] = [clock().getTime(), leftMembers(directory.current())];
      const page: DutiesPage = () => ({ limit: MAX_REPORTED, except });
      const owed = [...answers(now, page), ...requests(now, page)];
      const overdue = new Map(owed.map((one) => [`${one.id} ${one.org} ${one.duty}`, one]));
      for (const [key, { id, org, duty }] of overdue) {
        if (!reported.has(key))
          alarms.raise('answer-overdue', { code: 'timed-out' }, { notice: id, recipient: org, duty });
      }
      reported = new Set(overdue.keys());
      if (overdue.size === 0) alarms.end('answer-overdue');
    },
  };
}

function leftMembers(directory: Pick<Directory, 'organisations'>): readonly string[] {
  return [...directory.organisations.keys()].filter((org) => hasLeft(directory, org));
}

/** Returns, by kind, the time at or before which a duty must have begun to be overdue at `now`; milliseconds since 1970. */
export function dueByKind(lengths: Deadlines[Duty], now: number): Deadlines[Duty] {
  return Object.fromEntries(KINDS.map((kind) => [kind, now - lengths[kind]])) as Deadlines[Duty];
}

/** Gives for each duty the part of its list that is read. */
type DutiesPage = (duty: string) => {
  readonly after?: DutyPlace;
  readonly limit: number;
  readonly except: readonly string[];
};

/** A place in the order of all duties: by time, duty, row and organisation. */
interface DutiesPlace extends DutyPlace {
  readonly duty: string;
}

const byName = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function compareDuties(a: OwedDuty, b: OwedDuty): number {
  return a.since - b.since || byName(a.duty, b.duty) || a.row - b.row || byName(a.org ?? '', b.org ?? '');
}

const nextOf = ({ since, duty, row, org }: OwedDuty): string => [since, duty, row, org ?? ''].join('.');

/** Reads a `next`. Throws `usage`. */
function parsePlace(text: string): DutiesPlace {
  const [since, duty = '', row, org = '', ...more] = text.split('.');
  const place = { since: Number(since), duty, row: Number(row), org };
  if (more.length === 0 && Number.isSafeInteger(place.since) && Number.isSafeInteger(place.row)) return place;
  throw foreignCursor();
}

/** Returns where the list of one duty continues after a place; at the same time, duties are in the order of their names. */
function placeIn(duty: string, place: DutiesPlace | undefined): { readonly after?: DutyPlace } {
  if (place === undefined) return {};
  const { since, row, org } = place;
  if (duty === place.duty) return { after: { since, row, org } };
  return { after: { since, row: duty < place.duty ? Number.MAX_SAFE_INTEGER : 0, org: '' } };
}

function shownPage({ items, next }: StoredPage, deadlines: Deadlines): OverduePage {
  return { items: items.map((owed) => shown(owed, deadlines)), next };
}

function shown({ id, org, kind: named, duty: word, since }: OwedDuty, deadlines: Deadlines): OverdueDuty {
  const duty: Duty = DUTIES.find((one) => one === word) ?? 'receipt';
  const kind = KINDS.find((one) => one === named) ?? 'red';
  const deadline = deadlineOf(deadlines, { duty, kind, since });
  return {
    id,
    org,
    duty,
    since: new Date(since).toISOString(),
    deadline: new Date(deadline).toISOString(),
  };
}
