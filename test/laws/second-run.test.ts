import { expect, test } from 'vitest';
import { countTests, filesToRepeat, unsteadyTests, withSecondRun } from '../../scripts/second-run.mjs';

type Status = 'passed' | 'failed' | 'pending';

/** A report of files with their tests by status; `hook` is a file whose hook failed before any test. */
const reportOf = (files: Readonly<Record<string, Readonly<Record<string, Status>> | 'hook'>>) => ({
  testResults: Object.entries(files).map(([name, tests]) => {
    const results = tests === 'hook' ? [] : Object.entries(tests);
    const failed = tests === 'hook' || results.some(([, status]) => status === 'failed');
    return {
      name: `/clone/test/${name}`,
      status: failed ? 'failed' : 'passed',
      assertionResults: results.map(([fullName, status]) => ({ fullName, status })),
    };
  }),
});

const first = reportOf({
  a: { one: 'passed', two: 'failed' },
  b: 'hook',
  c: { three: 'passed', four: 'pending' },
});

test('second run: at most three failed files run again', () => {
  expect(filesToRepeat(first)).toEqual(['/clone/test/a', '/clone/test/b']);
  const many = reportOf({ a: 'hook', b: 'hook', c: 'hook', d: 'hook' });
  expect(filesToRepeat(many)).toEqual([]);
  expect(filesToRepeat(reportOf({ a: { one: 'passed' } }))).toEqual([]);
});

test('second run: a test that passes in it is counted as passed, and named', () => {
  const second = reportOf({ a: { one: 'passed', two: 'passed' }, b: { five: 'passed' } });
  expect(countTests(withSecondRun(first, second))).toEqual({ passed: 4, failed: 0, skipped: 1 });
  expect(unsteadyTests(first, second, '/clone')).toEqual(['test/a > two', 'test/b']);
});

test('second run: a test that fails in it too is counted as failed, and so is one that did not run', () => {
  const second = reportOf({ a: { one: 'failed', two: 'passed' }, b: 'hook' });
  const merged = withSecondRun(first, second);
  expect(countTests(merged)).toEqual({ passed: 2, failed: 1, skipped: 1 });
  expect(filesToRepeat(merged).toSorted()).toEqual(['/clone/test/a', '/clone/test/b']);
  expect(unsteadyTests(first, second, '/clone')).toEqual([]);
  expect(countTests(withSecondRun(first, reportOf({})))).toEqual(countTests(first));
});

test('second run: a test that its tier leaves out is not counted as skipped', () => {
  const results = [
    { fullName: 'one', status: 'passed', tags: ['left-out'] },
    { fullName: 'two', status: 'skipped', tags: ['left-out'] },
    { fullName: 'three', status: 'skipped', tags: [] },
  ];
  const report = { testResults: [{ name: 'a', status: 'passed', assertionResults: results }] };
  expect(countTests(report, 'left-out')).toEqual({ passed: 1, failed: 0, skipped: 1 });
  expect(countTests(report)).toEqual({ passed: 1, failed: 0, skipped: 2 });
});
