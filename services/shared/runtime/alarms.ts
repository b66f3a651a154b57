import type { Clock } from '../kernel/clock.js';
import type { Code, Detail, LiaisonError } from '../kernel/errors.js';
import { ALARM_NAMES, type Alarm, ALARMS } from './alarm-table.js';
import type { Logger } from './logger.js';
import type { Meter } from './meter.js';

/** One alarm as `/readyz` shows it: without organisations, ids or content of notices. */
export interface RaisedAlarm {
  readonly alarm: Alarm;
  /** Why it was raised; null when no error code applies. */
  readonly code: Code | null;
  /** The file or the message class concerned; null when there is none. */
  readonly place: string | null;
  /** When it was first and last raised (ISO 8601), and how often. */
  readonly since: string;
  readonly last: string;
  readonly count: number;
}

/** The reason of an alarm; a `LiaisonError` fits. */
interface AlarmReason {
  readonly code?: Code | undefined;
  readonly message?: string;
  readonly details?: readonly Detail[];
}

/** What an alarm is about. Only `place` is shown; the rest goes to the log. */
interface AlarmContext {
  readonly place?: string;
  readonly [fact: string]: unknown;
}

/** The alarms of one process: each is logged, counted, and listed while it is in force or recent. */
export interface Alarms {
  /** Logs and counts the alarm and lists it under its name, code and place. */
  raise(alarm: Alarm, reason: AlarmReason, context?: AlarmContext): void;
  /** Removes the alarm from the list, except under the codes in `remaining`. */
  end(alarm: Alarm, remaining?: readonly Code[]): void;
  /** Returns a function that raises the alarm for an error and ends it for undefined. */
  follow(alarm: Alarm, place: string): (fault: LiaisonError | undefined) => void;
  /** The listed alarms: those that last first, then the most recently raised. */
  list(): readonly RaisedAlarm[];
}

/** How long an alarm that does not last is listed. */
const LISTED_MS = 24 * 3_600_000;
const MAX_LISTED = 64;

interface AlarmDeps {
  readonly log: Logger;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** Creates the alarms of a process and their counter `liaison_alarms_total{alarm}`. */
export function createAlarms({ log, meter, clock }: AlarmDeps): Alarms {
  const count = meter.counters({
    name: 'liaison_alarms_total',
    help: 'Alarms raised',
    label: 'alarm',
    values: ALARM_NAMES,
  });
  const listed = createAlarmList(clock);
  const raise: Alarms['raise'] = (alarm, { code, message, details = [] }, context = {}) => {
    const about = details.length === 0 ? context : { ...context, details };
    log.error({ ...about, alarm, code }, message ?? ALARMS[alarm].means);
    count(alarm);
    listed.put({ alarm, code: code ?? null, place: context.place ?? null });
  };
  return {
    raise,
    end: listed.end,
    follow: (alarm, place) => (fault) =>
      fault === undefined ? listed.end(alarm) : raise(alarm, fault, { place }),
    list: listed.list,
  };
}

type AlarmKey = Pick<RaisedAlarm, 'alarm' | 'code' | 'place'>;

/** Lists alarms by name, code and place, ordered by when each was last raised; the oldest is dropped when it is full. */
function createAlarmList(
  clock: Clock,
): Pick<Alarms, 'end' | 'list'> & { readonly put: (one: AlarmKey) => void } {
  const listed = new Map<string, RaisedAlarm>();
  const dropExpired = (): void => {
    const from = new Date(clock().getTime() - LISTED_MS).toISOString();
    for (const [key, { alarm, last }] of listed) if (!ALARMS[alarm].lasts && last < from) listed.delete(key);
  };
  const lasts = ({ alarm }: RaisedAlarm): number => Number(ALARMS[alarm].lasts);
  return {
    put: (one) => {
      dropExpired();
      const key = JSON.stringify(one);
      const last = clock().toISOString();
      const { since, count } = listed.get(key) ?? { since: last, count: 0 };
      listed.delete(key);
      // An alarm that lasts is raised only when it begins: once dropped, it would not be listed again.
      const [oldest] = [...listed].toSorted(([, a], [, b]) => lasts(a) - lasts(b)).map(([name]) => name);
      if (oldest !== undefined && listed.size === MAX_LISTED) listed.delete(oldest);
      listed.set(key, { ...one, since, last, count: count + 1 });
    },
    end: (alarm, remaining = []) => {
      for (const [key, { alarm: one, code }] of listed) {
        if (one === alarm && !(code !== null && remaining.includes(code))) listed.delete(key);
      }
    },
    list: () => {
      dropExpired();
      return [...listed.values()].toReversed().toSorted((a, b) => lasts(b) - lasts(a));
    },
  };
}
