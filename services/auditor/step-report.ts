import type { Clock } from '../shared/kernel/clock.js';
import type { LiaisonError } from '../shared/kernel/errors.js';
import type { Alarm } from '../shared/runtime/alarm-table.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { UnverifiableRecord } from './keeper.js';

interface StepReportDeps {
  readonly alarms: Alarms;
  readonly clock: Clock;
}

/** How long a record may wait for a newer directory or a later time before it raises an alarm, in milliseconds. */
const LATE_MS = 2_000;

/** Raises and clears the alarms about reading the ledger. */
export function createStepReport({ alarms, clock }: StepReportDeps) {
  const reported = new Map<Alarm, string>();
  const follow = (alarm: Alarm, fault: LiaisonError | undefined, context: object = {}): void => {
    const name = fault === undefined ? undefined : JSON.stringify([fault.code, context]);
    if (name === reported.get(alarm)) return;
    alarms.end(alarm);
    if (name === undefined) reported.delete(alarm);
    else reported.set(alarm, name);
    if (fault !== undefined) alarms.raise(alarm, fault, { err: fault, ...context });
  };
  return (fault: LiaisonError | undefined, waiting: UnverifiableRecord | undefined): void => {
    const isWaiting = fault !== undefined && waiting?.code === fault.code;
    follow('ledger-not-read', isWaiting ? undefined : fault);
    const isLate = isWaiting && clock().getTime() - waiting.since.getTime() >= LATE_MS;
    if (isWaiting && !isLate) return;
    const { seq, subject } = waiting ?? {};
    follow('record-unverifiable', isLate ? fault : undefined, { seq, subject });
  };
}
