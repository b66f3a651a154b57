import { expect, test } from 'vitest';
import { createMirrorAlarms } from '../../../services/auditor/mirror/mirror-alarms.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { alarmsFor } from '../../support/alarms-for.js';

function watched() {
  const alarms = alarmsFor();
  let ms = 0;
  return {
    ...createMirrorAlarms({ alarms, now: () => ms }),
    after: (seconds: number): void => void (ms += seconds * 1_000),
    listed: () => alarms.list().map(({ alarm, code, count }) => `${alarm} ${code} ${count}`),
  };
}

test('an auditor that is silent for a minute is an alarm, once, until it answers again', () => {
  const { tried, after, listed } = watched();
  tried(fail('unreachable', 'silent'));
  after(59);
  tried(fail('unreachable', 'silent'));
  expect(listed()).toEqual([]);
  after(1);
  tried(fail('unreachable', 'silent'));
  tried(fail('unreachable', 'silent'));
  expect(listed()).toEqual(['log-not-followed unreachable 1']);
  tried(undefined);
  expect(listed()).toEqual([]);
});

test('an answer that is wrong is an alarm at once', () => {
  const { tried, listed } = watched();
  tried(fail('record-flipped', 'record 7'));
  expect(listed()).toEqual(['log-not-followed record-flipped 1']);
});

test('a checkpoint without a quorum for a minute is an alarm until a quorum has cosigned as many entries', () => {
  const { shown, after, listed } = watched();
  shown(5, null);
  after(30);
  shown(9, null);
  after(31);
  shown(9, 4);
  expect(listed()).toEqual(['unwitnessed witness-missing 1']);
  shown(9, 5);
  expect(listed()).toEqual([]);
  after(61);
  shown(9, 5);
  expect(listed()).toEqual(['unwitnessed witness-missing 1']);
  shown(9, 9);
  expect(listed()).toEqual([]);
});
