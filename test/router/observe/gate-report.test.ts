import { expect, test } from 'vitest';
import type { Reason } from '../../../services/router/observe/gate.js';
import { createGateReport } from '../../../services/router/observe/gate-report.js';
import type { Code } from '../../../services/shared/kernel/errors.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { alarmsFor } from '../../support/alarms-for.js';

function reportOn() {
  const alarms = alarmsFor();
  let reasons: readonly Reason[] = [];
  const report = createGateReport({
    gate: { reasons: () => reasons },
    events: { alarm: (alarm, code) => alarms.raise(alarm, { code }) },
    alarms,
    log: createLogger('test', 'silent'),
  });
  /** The alarms after a round in which the gate has these reasons. */
  return (...codes: Code[]): readonly (string | null)[] => {
    reasons = codes.map((code) => ({ code, message: code }));
    expect(report()).toBe(codes.length === 0);
    return alarms.list().map(({ alarm, code }) => `${alarm} ${code}`);
  };
}

test('a router that starts raises no alarm, however its reasons change before it first pulls', () => {
  const at = reportOn();
  expect(at('not-ready')).toEqual([]);
  expect(at('policy-missing')).toEqual([]);
  expect(at('not-ready', 'policy-missing')).toEqual([]);
  expect(at()).toEqual([]);
});

test('a router that was working raises an alarm for each reason, until the reason is gone', () => {
  const at = reportOn();
  expect(at()).toEqual([]);
  expect(at('auditor-silent')).toEqual(['gate-closed auditor-silent']);
  expect(at('auditor-silent', 'clock-ahead').toSorted()).toEqual([
    'gate-closed auditor-silent',
    'gate-closed clock-ahead',
  ]);
  expect(at('clock-ahead')).toEqual(['gate-closed clock-ahead']);
  expect(at()).toEqual([]);
  expect(at('auditor-silent')).toEqual(['gate-closed auditor-silent']);
});
