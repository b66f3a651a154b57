import type { Code, LiaisonError } from '../../shared/kernel/errors.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import { type ReportedFault, reportOnce } from '../report-once.js';

/** Raises and ends the alarms about the log that a mirror follows. */
export interface MirrorAlarms {
  /** Call after each try to follow the auditor, with the fault that prevented it. */
  tried(fault: LiaisonError | undefined): void;
  /**
   * Call after each answer of the auditor, with the sizes of its newest checkpoint and of the newest that a quorum
   * of witnesses cosigned. Where no quorum is required they are the same.
   */
  shown(newest: number, quorate: number | null): void;
}

interface MirrorAlarmDeps {
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

/** How long the auditor may be unreachable, or its newest checkpoint without a quorum, before an alarm. */
const ALARM_AFTER_MS = 60_000;
/** Codes of faults that often end by themselves. */
const TEMPORARY: readonly Code[] = [
  'unreachable',
  'timed-out',
  'not-ready',
  'busy',
  'key-unknown',
  'witness-missing',
];

/** Creates the alarms. */
export function createMirrorAlarms({ alarms, now }: MirrorAlarmDeps): MirrorAlarms {
  const follow = (alarm: 'ledger-rolled-back' | 'log-not-followed' | 'unwitnessed') =>
    reportOnce((fault: ReportedFault | undefined) => {
      alarms.end(alarm);
      if (fault !== undefined) alarms.raise(alarm, fault);
    });
  const [rolledBack, notFollowed] = [follow('ledger-rolled-back'), follow('log-not-followed')];
  const unwitnessed = follow('unwitnessed');
  let failingSince: number | undefined;
  let uncosigned: { readonly size: number; readonly since: number } | undefined;
  return {
    tried: (fault) => {
      failingSince = fault === undefined ? undefined : (failingSince ?? now());
      const isDue =
        failingSince !== undefined &&
        fault !== undefined &&
        (!TEMPORARY.includes(fault.code) || now() - failingSince >= ALARM_AFTER_MS);
      const isRolledBack = fault?.code === 'ledger-rolled-back';
      rolledBack(isRolledBack ? fault : undefined);
      // A fork has an alarm of its own, with the evidence.
      notFollowed(isDue && !isRolledBack && fault?.code !== 'log-forked' ? fault : undefined);
    },
    shown: (newest, quorate) => {
      if (uncosigned !== undefined && (quorate ?? 0) >= uncosigned.size) uncosigned = undefined;
      if (newest > (quorate ?? 0)) uncosigned ??= { size: newest, since: now() };
      const isLate = uncosigned !== undefined && now() - uncosigned.since > ALARM_AFTER_MS;
      unwitnessed(isLate ? { code: 'witness-missing' } : undefined);
    },
  };
}
