import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tooDeepRule, tooDeepSchema } from '../../services/shared/policy/text/nesting.js';
import { LINTS } from '../../services/shared/workbench/check/lints.js';

const page = readFileSync(new URL('../../policies/README.md', import.meta.url), 'utf8');
const section = page.split('\n## ').find((part) => part.startsWith('What `check` finds')) ?? '';

test('policies/README.md lists every lint of `policy check` with its severity and what it finds', () => {
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (\w+) \| (.*) \|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(Object.entries(LINTS).map(([name, { severity, says }]) => [name, severity, says]));
});

/** Writes as many as asked for of one construct, in a valid condition. */
const NESTED: Readonly<Record<string, (count: number) => string>> = {
  'open brackets': (count) => `${'('.repeat(count - 1)}true${')'.repeat(count - 1)}`,
  '`&&` and `||`': (count) => `true${' && true || true'.repeat(count).slice(0, count * 8)}`,
  '`if`': (count) => `${'if true then true else '.repeat(count)}true`,
  'of `+`, `-` and `*`': (count) => `1${' + 1'.repeat(count)} == 1`,
  'dots in one operand': (count) => `resource${'.a'.repeat(count)}`,
};

test.each(Object.entries(NESTED))('policies/README.md says how many %s a rule may have', (what, write) => {
  const limits = section.split('\n\n').at(-1)?.replaceAll('\n', ' ') ?? '';
  const most = Number(limits.split(` ${what}`)[0]?.split(' ').at(-1));
  expect(most).toBeGreaterThan(0);
  const rule = (count: number): string => `permit (principal, action, resource) when { ${write(count)} };`;
  expect(tooDeepRule(rule(most))).toBeUndefined();
  expect(tooDeepRule(rule(most + 1))).toBeDefined();
});

test('policies/README.md says how many brackets a schema may have open', () => {
  const most = Number(/schema (\d+) open brackets/.exec(section.replaceAll('\n', ' '))?.[1]);
  const schema = (count: number): string => `type A = ${'Set<'.repeat(count)}Long${'>'.repeat(count)};`;
  expect(tooDeepSchema(schema(most))).toBeUndefined();
  expect(tooDeepSchema(schema(most + 1))).toBeDefined();
});
