import { type Code, LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Events } from '../events.js';

/** A record that cannot be verified yet, and what follows it, are not used: the gate stays closed with this reason. */
export class RecordUnverified extends LiaisonError {
  /** Why it cannot be verified. */
  readonly why: Code;

  /** `record`: its number and where it is. */
  constructor(record: string, why: Code) {
    super('not-ready', `record ${record} cannot be verified yet: \`${why}\``);
    this.why = why;
  }
}

/** How long a directory or a clock may be late before a record that waits for it raises an alarm. */
const LATE_MS = 2_000;

/** Returns a function to call with what each look at the ledger threw: it raises `record-unverifiable` once, and ends it. */
export function createUnverifiedReport({
  events,
  alarms,
}: {
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
}): (thrown: unknown) => void {
  let waiting: { readonly message: string; readonly since: number } | undefined;
  let isRaised = false;
  return (thrown) => {
    const found = thrown instanceof RecordUnverified ? thrown : undefined;
    if (found?.message !== waiting?.message) {
      waiting = found && { message: found.message, since: performance.now() };
      if (isRaised) alarms.end('record-unverifiable');
      isRaised = false;
    }
    if (found === undefined || waiting === undefined || isRaised) return;
    isRaised = performance.now() - waiting.since >= LATE_MS;
    if (isRaised) events.alarm('record-unverifiable', found.why);
  };
}
