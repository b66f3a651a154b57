import type { Alarm } from '../../shared/runtime/alarm-table.js';
import type { Events, EventSubject } from '../events.js';

/** A numbered statement that names its predecessor. */
interface Numbered {
  readonly number: number;
  readonly digest: string;
  /** Digest of the statement before it; null for the first. */
  readonly previous: string | null;
}

/** The statements of one organisation so far, and the alarms about them. */
interface Chain {
  readonly about: EventSubject;
  /** The digests of its statements with this number. */
  readonly of: (number: number) => readonly string[];
  /** The highest number; 0 when there is none. */
  readonly last: () => number;
  readonly alarms: Readonly<Record<'gap' | 'late' | 'chain', Alarm>>;
}

/**
 * Checks that the numbers of an organisation's statements rise by one. A gap or a late number raises an alarm and is never
 * a reason to refuse or to wait; two different statements with one number are a security event
 * (docs/architecture.md#submission-statement).
 */
export function watchStatement(
  events: Pick<Events, 'alarm' | 'security'>,
  { number, digest, previous }: Numbered,
  { of, last: lastOf, alarms, ...chain }: Chain,
): void {
  const about = { ...chain.about, number };
  const same = of(number);
  if (same.includes(digest)) return;
  if (same.length > 0) events.security('statement-conflict', about);
  const last = lastOf();
  if (number !== last + 1) {
    events.alarm(number > last ? alarms.gap : alarms.late, undefined, { ...about, last });
    return;
  }
  const before = of(last);
  const continues = before.length === 0 ? previous === null : before.some((one) => one === previous);
  if (!continues) events.alarm(alarms.chain, undefined, about);
}
