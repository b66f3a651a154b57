import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Events } from '../events.js';
import type { Gate } from './gate.js';

interface GateReportDeps {
  readonly gate: Pick<Gate, 'reasons'>;
  readonly events: Pick<Events, 'alarm'>;
  readonly alarms: Pick<Alarms, 'end'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Returns a function to call after each round of checks; it returns true while the gate is open. Raises an alarm when a gate that
 * was open closes and when its reasons change; logs when it opens. A router that starts has other reasons one after the other,
 * which are no alarm: `/readyz` has them.
 */
export function createGateReport({ gate, events, alarms, log }: GateReportDeps): () => boolean {
  let reported: string | undefined;
  let hasOpened = false;
  return () => {
    const reasons = gate.reasons();
    const codes = [...new Set(reasons.map(({ code }) => code))];
    const isOpen = codes.length === 0;
    const current = codes.join(' ');
    if (current === reported) return isOpen;
    reported = current;
    if (isOpen) log.info('the gate is open');
    else log.warn({ reasons }, 'nothing is pulled');
    if (hasOpened) for (const code of codes) events.alarm('gate-closed', code);
    alarms.end('gate-closed', codes);
    hasOpened ||= isOpen;
    return isOpen;
  };
}
