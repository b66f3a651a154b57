import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { deadlineOf, DUTIES, equalDeadlines, isOverdue } from '../../../services/shared/notice/deadlines.js';
import { parseDeadlines, readDeadlines } from '../../../services/shared/notice/read-deadlines.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';

const SHIPPED = join(projectRoot, 'policies/federation/deadlines.yaml');
const HOUR = 3_600_000;
// Without the comment at the top, so that lines count from the first duty.
const text = readFileSync(SHIPPED, 'utf8').replaceAll(/^#.*\n/gm, '');

function faultsOf(changed: string): readonly string[] {
  try {
    parseDeadlines('d.yaml', changed);
    return [];
  } catch (thrown) {
    const { code, details } = errorFrom(thrown);
    return [code, ...details.map(({ path, message }) => `${path} ${message}`)];
  }
}

describe('deadlines', () => {
  test('the shipped file gives every duty a deadline for every kind', () => {
    const deadlines = readDeadlines(SHIPPED);
    const shortest = DUTIES.map((duty) => Math.min(...Object.values(deadlines[duty])) / HOUR);
    expect(Object.fromEntries(DUTIES.map((duty, at) => [duty, shortest[at]]))).toEqual({
      receipt: 24,
      suspend: 12,
      resume: 12,
      withdraw: 24,
      restrict: 24,
      extend: 48,
      unseal: 48,
      decline: 48,
      review: 12,
      cancel: 24,
      request: 168,
    });
  });

  test('a kind of its own has its deadline, the others have the default', () => {
    const deadlines = parseDeadlines(
      'd',
      text.replace('{ default: PT24H }', '{ default: PT24H, yellow: PT8H }'),
    );
    const since = Date.parse('2026-01-31T00:00:00Z');
    expect(deadlineOf(deadlines, { duty: 'receipt', kind: 'yellow', since })).toBe(since + 8 * HOUR);
    expect(deadlineOf(deadlines, { duty: 'receipt', kind: 'red', since })).toBe(since + 24 * HOUR);
  });

  test('a duty is overdue from its deadline on, not before', () => {
    const open = { duty: 'suspend', kind: 'red', since: 1_000 } as const;
    expect(isOverdue(equalDeadlines(30), open, 30_999)).toBe(false);
    expect(isOverdue(equalDeadlines(30), open, 31_000)).toBe(true);
  });

  test('a file without resume and decline gives them the deadlines of suspend and unseal', () => {
    const own = parseDeadlines('d', `${text}resume: PT1H\ndecline: PT2H\n`);
    expect([own.resume.red, own.decline.red]).toEqual([HOUR, 2 * HOUR]);
  });
});

describe('deadlines reader', () => {
  test.each([
    [
      'a misspelt duty',
      text.replace('\nwithdraw', '\nwithdrow'),
      ['d.yaml:2:1 unknown name `withdrow`, did you mean `withdraw`', 'd.yaml:1:1 missing `withdraw`'],
    ],
    [
      'a misspelt kind',
      text.replace('{ default: PT24H }', '{ default: PT24H, yelow: PT8H }'),
      ['d.yaml:1:28 unknown name `yelow`, did you mean `yellow`'],
    ],
    ['no default', text.replace('{ default: PT24H }', '{ red: PT24H }'), ['d.yaml:1:10 missing `default`']],
    [
      'not YAML',
      'receipt: [',
      ['d.yaml:1:11 flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['an empty file', '', ['d.yaml:1:1 expected a mapping of duties']],
  ])('reports %s at its place', (_, changed, faults) => {
    expect(faultsOf(changed)).toEqual(['config-invalid', ...faults]);
  });

  test.each(['P1M', 'P1Y', 'PT0S', 'PT12H30M', 'P9999W', '24', '', '[PT1H]', '~', '-PT1H'])(
    'refuses `%s`, which is no length above zero in one fixed unit',
    (duration) => {
      const [code, ...faults] = faultsOf(text.replace('PT12H', duration));
      expect(code).toBe('config-invalid');
      expect(faults).toEqual([expect.stringMatching(/^d\.yaml:5:\d+ expected a duration above zero/)]);
    },
  );
});
