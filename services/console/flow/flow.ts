import { SILENT_AFTER_MS } from '../../shared/runtime/silent-after.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import type { Count, Pending, SeriesPoint, Stretch } from '../../shared/store/console/console-tally.js';
import { type Directory, isStale, type Organisation } from '../../shared/trust/directory.js';
import { memberState } from '../../shared/trust/directory/member-state.js';
import type { ShownFlow, ShownOrganisation, ShownPair, Untold } from '../shown.js';
import type { Viewer } from '../session/viewer.js';
import { countsOfDay, dateOrNull, isDoneBy, lastContactOf } from './last-contact.js';

/** The windows: their length in milliseconds, and the step in seconds by which their series are counted. */
const WINDOWS = {
  '15m': { ms: 900_000, step: 10 },
  '1h': { ms: 3_600_000, step: 10 },
  '24h': { ms: 86_400_000, step: 300 },
} as const;

/** The name of a window. */
export type Window = keyof typeof WINDOWS;

/** The names of all windows. */
export const WINDOW_NAMES = Object.keys(WINDOWS);

interface FlowSources {
  readonly store: ConsoleStore;
  readonly directory: Directory;
  readonly now: Date;
  /** True while status events arrive: only then can an organisation count as silent. */
  readonly heard: boolean;
}

type Flow = Omit<ShownFlow, 'ledger' | 'connected' | 'routers' | 'alarms'>;

/** Computes the flow for a viewer from status events: who sent what to whom, and the state of each organisation. */
export function flowFor(viewer: Viewer, window: Window, { store, directory, now, heard }: FlowSources): Flow {
  const { ms, step } = WINDOWS[window];
  const { scope } = viewer;
  const from = Math.max(now.getTime() - ms, scope === undefined ? countedSince(store, now, step) : 0);
  const stretch: Stretch = { step, from, scope };
  const counts = store.tally.counts(stretch);
  const facts: Facts = {
    counts,
    day: countsOfDay(store, now, scope),
    pending: store.tally.pending(scope),
    now,
    heard,
  };
  return {
    now: now.toISOString(),
    from: new Date(from).toISOString(),
    step,
    pairs: pairsOf(counts),
    series: seriesOf(store.tally.series(stretch)),
    organisations: [...directory.organisations.values()].map((org) =>
      hideUntold(organisationOf(org, facts), scope?.org),
    ),
    directory: {
      version: directory.version,
      nextUpdate: directory.nextUpdate.toISOString(),
      stale: isStale(directory, now),
    },
  };
}

/**
 * When counting began: for a console that was just started, later than the start of the window. Viewers of
 * one organisation may not know it.
 */
function countedSince({ ring }: ConsoleStore, now: Date, step: number): number {
  const first = ring.first();
  const latest = now.getTime() - step * 1000;
  return first === undefined ? latest : Math.min(first / 1000, latest);
}

function pairsOf(counts: readonly Count[]): readonly ShownPair[] {
  const pairs = new Map<string, { originator: string; recipient: string; counts: Record<string, number> }>();
  for (const { originator, recipient, event, count } of counts) {
    if (originator === '_' || recipient === '_') continue;
    const key = `${originator} ${recipient}`;
    const pair = pairs.get(key) ?? { originator, recipient, counts: {} };
    pair.counts[event] = (pair.counts[event] ?? 0) + count;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

function seriesOf(points: readonly SeriesPoint[]): ShownFlow['series'] {
  const rows = new Map<number, Record<string, number>>();
  for (const { at, event, count } of points) {
    const row = rows.get(at) ?? {};
    row[event] = count;
    rows.set(at, row);
  }
  return [...rows].map(([at, counts]) => ({ at, counts }));
}

interface Facts {
  readonly counts: readonly Count[];
  readonly day: readonly Count[];
  readonly pending: readonly Pending[];
  readonly now: Date;
  readonly heard: boolean;
}

const REFUSALS = new Set(['refused', 'quarantined', 'rejected']);

function organisationOf(organisation: Organisation, facts: Facts): ShownOrganisation {
  const { id, name } = organisation;
  const { counts, day, pending, now } = facts;
  const receipts = counts.filter(({ recipient, event }) => recipient === id && event === 'received');
  const lagged = sum(receipts, ({ lagged }) => lagged);
  const waiting = pending.filter(({ recipient }) => recipient === id);
  const contact = lastContactOf(id, day);
  const inState = (state: Pending['state']): number =>
    sum(waiting, (one) => (one.state === state ? one.count : 0));
  return {
    id,
    name,
    untold: [],
    submitted: sum(counts, (one) => (one.originator === id && one.event === 'submitted' ? one.count : 0)),
    lastContact: dateOrNull(contact),
    silent: facts.heard && isSilent(waiting, contact, now),
    lagMs: lagged === 0 ? null : Math.round(sum(receipts, ({ lag }) => lag) / lagged),
    pending: sum(waiting, ({ count }) => count),
    oldestPending: dateOrNull(oldestOf(waiting)),
    parked: inState('parked'),
    deferred: inState('deferred'),
    refusals: refusalsOf(counts.filter((one) => REFUSALS.has(one.event) && isDoneBy(id, one))),
    nextKeyExpiry: nextExpiry(organisation, now),
    state: memberState(organisation, now),
  };
}

/** Members hidden from a viewer of one organisation: in the rows of others, and in its own row. */
const UNTOLD: Readonly<Record<'others' | 'itself', readonly Untold[]>> = {
  others: ['submitted', 'lastContact'],
  itself: ['pending', 'oldestPending', 'parked', 'deferred'],
};

function hideUntold(shown: ShownOrganisation, viewer: string | undefined): ShownOrganisation {
  if (viewer === undefined) return shown;
  const untold = UNTOLD[shown.id === viewer ? 'itself' : 'others'];
  return { ...shown, ...Object.fromEntries(untold.map((name) => [name, null])), silent: false, untold };
}

function refusalsOf(counts: readonly Count[]): ShownOrganisation['refusals'] {
  const codes = new Map<string, number>();
  for (const { code, count } of counts) codes.set(code, (codes.get(code) ?? 0) + count);
  return [...codes].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count);
}

function nextExpiry({ keys }: Organisation, now: Date): ShownOrganisation['nextKeyExpiry'] {
  const good = keys.filter(({ notAfter, revokedAt }) => notAfter > now && revokedAt === undefined);
  const [next] = good.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime());
  return next === undefined ? null : { kid: next.kid, at: next.notAfter.toISOString() };
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

const oldestOf = (waiting: readonly Pending[]): number =>
  waiting.length === 0 ? 0 : Math.min(...waiting.map(({ oldest }) => oldest));

/**
 * Counts only deliveries after the last contact, as a delivery whose receipt event was missed stays pending.
 */
function isSilent(waiting: readonly Pending[], contact: number, now: Date): boolean {
  const bound = now.getTime() - SILENT_AFTER_MS;
  const owes = waiting.some(({ newest }) => newest > contact);
  return owes && oldestOf(waiting) < bound && contact < bound;
}
