import type { RingScope } from '../../shared/store/console/console-ring.js';
import type { ConsoleStore } from '../../shared/store/console/console-store.js';
import type { Count } from '../../shared/store/console/console-tally.js';

const DAY_MS = 86_400_000;
/** Events that an organisation itself caused, as originator or as recipient. */
const DONE_AS_ORIGINATOR = new Set(['submitted', 'refused', 'quarantined']);
const DONE_AS_RECIPIENT = new Set(['received', 'rejected', 'destroyed', 'kept']);
const UNTRUSTED = new Set(['refused', 'quarantined']);

/** Returns the events of the last day, counted. */
export function countsOfDay(
  { tally }: Pick<ConsoleStore, 'tally'>,
  now: Date,
  scope: RingScope | undefined,
): readonly Count[] {
  return tally.counts({ step: 300, from: now.getTime() - DAY_MS, scope });
}

/** True for events that the organisation caused. */
export function isDoneBy(id: string, { originator, recipient, event }: Count): boolean {
  return (
    (originator === id && DONE_AS_ORIGINATOR.has(event)) || (recipient === id && DONE_AS_RECIPIENT.has(event))
  );
}

/** Returns when an organisation last acted, in milliseconds since the epoch, or 0; a refused or quarantined message may be forged. */
export function lastContactOf(id: string, day: readonly Count[]): number {
  const spoke = day.filter((one) => isDoneBy(id, one) && !UNTRUSTED.has(one.event));
  return Math.max(...spoke.map(({ last }) => last), 0);
}

/** Converts milliseconds since the epoch to ISO 8601; null for 0, which means never. */
export function dateOrNull(time: number): string | null {
  return time === 0 ? null : new Date(time).toISOString();
}
