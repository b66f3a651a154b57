import { type Code, LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Events } from '../events.js';

/** A record that cannot be verified yet. It and later records are not used, and the gate stays closed with this reason. */
export class RecordUnverified extends LiaisonError {
  /** Code of the failed verification. */
  readonly why: Code;

  /** `record` is its number and place, such as `7 of the ledger`. */
  constructor(record: string, why: Code) {
    super('not-ready', `record ${record} cannot be verified yet: \`${why}\``);
    this.why = why;
  }
}

/** How long a record may wait for a newer directory or a later time before it raises an alarm. */
const LATE_MS = 2_000;

/**
 * Returns a function to call with the error, if any, of each read of the ledger. It raises `record-unverifiable` once, and
 * clears it.
 */
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
