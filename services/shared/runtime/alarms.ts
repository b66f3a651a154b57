import type { Clock } from '../kernel/clock.js';
import type { Code, Detail, LiaisonError } from '../kernel/errors.js';
import { ALARM_NAMES, type Alarm, ALARMS } from './alarm-table.js';
import type { Logger } from './logger.js';
import type { Meter } from './meter.js';

/** One alarm as a process tells of it: no name of an organisation, no id, nothing that a notice says. */
export interface RaisedAlarm {
  readonly alarm: Alarm;
  /** From the table of error codes; null where there is none to say. */
  readonly code: Code | null;
  /** A file or a kind of message of ours. */
  readonly place: string | null;
  readonly since: string;
  readonly last: string;
  readonly count: number;
}

/** What is known of the reason; a `LiaisonError` is one. */
interface Why {
  readonly code?: Code | undefined;
  readonly message?: string;
  readonly details?: readonly Detail[];
}

/** Whom and what it is about: for the log alone, except for the place. */
interface Facts {
  readonly place?: string;
  readonly [fact: string]: unknown;
}

/** The alarms of one process: each is logged, counted, and kept while it is in force or recent. */
export interface Alarms {
  raise(alarm: Alarm, why: Why, facts?: Facts): void;
  /** It is over, except for the reasons that still stand. */
  end(alarm: Alarm, still?: readonly Code[]): void;
  /** Raises it with each fault it is told, and ends it when told that there is none any more. */
  follow(alarm: Alarm, place: string): (fault: LiaisonError | undefined) => void;
  /** Those in force first, then the most recent. */
  list(): readonly RaisedAlarm[];
}

/** How long what happened is told. */
const KEPT_MS = 24 * 3_600_000;
const MAX = 64;

interface AlarmDeps {
  readonly log: Logger;
  readonly meter: Meter;
  readonly clock: Clock;
}

export function createAlarms({ log, meter, clock }: AlarmDeps): Alarms {
  const count = meter.counters({
    name: 'liaison_alarms_total',
    help: 'Alarms; somebody must look',
    label: 'alarm',
    values: ALARM_NAMES,
  });
  const kept = createKept(clock);
  const raise: Alarms['raise'] = (alarm, { code, message, details = [] }, facts = {}) => {
    const about = details.length === 0 ? facts : { ...facts, details };
    log.error({ ...about, alarm, code }, message ?? ALARMS[alarm].means);
    count(alarm);
    kept.put({ alarm, code: code ?? null, place: facts.place ?? null });
  };
  return {
    raise,
    end: kept.end,
    follow: (alarm, place) => (fault) =>
      fault === undefined ? kept.end(alarm) : raise(alarm, fault, { place }),
    list: kept.list,
  };
}

/** What is told of: by alarm, reason and place, the one that was not raised for the longest time first. */
function createKept(clock: Clock): Pick<Alarms, 'end' | 'list'> & { readonly put: (one: Named) => void } {
  const kept = new Map<string, RaisedAlarm>();
  const forget = (): void => {
    const from = new Date(clock().getTime() - KEPT_MS).toISOString();
    for (const [key, { alarm, last }] of kept) if (!ALARMS[alarm].lasts && last < from) kept.delete(key);
  };
  const lasts = ({ alarm }: RaisedAlarm): number => Number(ALARMS[alarm].lasts);
  return {
    put: (one) => {
      forget();
      const key = JSON.stringify(one);
      const last = clock().toISOString();
      const { since, count } = kept.get(key) ?? { since: last, count: 0 };
      kept.delete(key);
      const [first] = kept.keys();
      if (first !== undefined && kept.size === MAX) kept.delete(first);
      kept.set(key, { ...one, since, last, count: count + 1 });
    },
    end: (alarm, still = []) => {
      for (const [key, { alarm: one, code }] of kept) {
        if (one === alarm && !(code !== null && still.includes(code))) kept.delete(key);
      }
    },
    list: () => {
      forget();
      return [...kept.values()].toReversed().toSorted((a, b) => lasts(b) - lasts(a));
    },
  };
}

type Named = Pick<RaisedAlarm, 'alarm' | 'code' | 'place'>;
