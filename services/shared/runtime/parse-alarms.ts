import { type Alarm, ALARMS } from './alarm-table.js';

/** An alarm as another process reports it; its name may be unknown to this release. */
export interface ReportedAlarm {
  readonly alarm: string;
  readonly code: string | null;
  readonly place: string | null;
  readonly since: string;
  readonly last: string;
  readonly count: number;
}

/** Returns the alarms in an answer of `/readyz`, without entries of any other shape. */
export function parseAlarms(answer: unknown): readonly ReportedAlarm[] {
  const { alarms } = Object(answer) as { readonly alarms?: unknown };
  return Array.isArray(alarms) ? alarms.filter(isReportedAlarm) : [];
}

function isReportedAlarm(value: unknown): value is ReportedAlarm {
  const { alarm, code, place, since, last, count } = Object(value) as Readonly<Record<string, unknown>>;
  const isWord = (text: unknown): boolean => text === null || typeof text === 'string';
  const isTime = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text));
  if (typeof alarm !== 'string' || typeof count !== 'number') return false;
  return isWord(code) && isWord(place) && isTime(since) && isTime(last);
}

/** True for an alarm that this release knows. */
export function isAlarm(name: string): name is Alarm {
  return Object.hasOwn(ALARMS, name);
}

/** Returns the meaning of an alarm; empty for one that this release does not know. */
export function meaningOf(name: string): string {
  return isAlarm(name) ? ALARMS[name].means : '';
}
