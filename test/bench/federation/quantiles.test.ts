import { expect, test } from 'vitest';
import { quantileOf } from '../figures.js';
import { byKind, spentBetween } from './process-kinds.js';

test('quantileOf: the result is one of the values, which the given share of all values does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.01, 0.5, 0.99, 1].map((share) => quantileOf(hundred, share))).toEqual([1, 1, 50, 99, 100]);
  expect([quantileOf([7], 0.5), quantileOf([], 0.5)]).toEqual([7, 0]);
});

test('process kinds: the CPU time of all gateways is summed, and a process that started later counts from zero', () => {
  const use = (process: string, cpu: number) => ({ process, cpu, residentMiB: 1 });
  const before = [use('router', 4), use('gateway-europol', 1), use('gateway-afripol', 2)];
  const after = [use('router', 5), use('gateway-europol', 3), use('gateway-afripol', 5), use('simulator', 7)];
  expect(byKind('Seconds', spentBetween(before, after))).toEqual({
    gatewaysSeconds: 5,
    routerSeconds: 1,
    natsSeconds: 0,
    auditorSeconds: 0,
    consoleSeconds: 0,
    simulatorSeconds: 7,
  });
});
