import { policyToJson, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRule } from '../../../services/shared/policy/compile/compile-rule.js';
import { unsupportedIn } from '../../../services/shared/policy/compile/unsupported.js';
import { printExpression } from '../../../services/shared/workbench/print/print-expression.js';
import { anyRule, anyStrangeRule } from './any-rule.js';

function jsonOf(text: string): PolicyJson {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
  return answer.json;
}

test.each([
  ['resource.minor && 1 + 1 == 2', []],
  [
    'action == Action::"receive"',
    ['the variable `action`: action', 'an action as a value: Action::"receive"'],
  ],
  ['ip("::1").isLoopback()', ['the extension function `ip`: ip("::1")']],
  ['resource.minor && principal.hasTag("x")', ['the tag operator `hasTag`: principal.hasTag("x")']],
  ['9007199254740992 > 1', ['a number beyond 2^53: 9007199254740992']],
  ['resource has toString', ['the attribute name `toString`: resource has toString']],
  ['resource.constructor == 1', ['the attribute name `constructor`: resource.constructor']],
  ['{ toString: 1 } has a', ['the attribute name `toString`: {toString: 1}']],
])('the constructs that only Cedar evaluates are named, innermost: %s', (condition, expected) => {
  const found = unsupportedIn(jsonOf(`permit (principal, action, resource) when { ${condition} };`));
  expect(found.map(({ construct, node }) => `${construct}: ${printExpression(node)}`)).toEqual(expected);
});

test('policies/README.md lists constructs that only Cedar evaluates, and no other', () => {
  const page = readFileSync(new URL('../../../policies/README.md', import.meta.url), 'utf8');
  const section = page.split('\n## ').find((part) => part.startsWith('What only Cedar evaluates')) ?? '';
  const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, condition]) => condition ?? '');
  const found = listed.map((condition) =>
    unsupportedIn(jsonOf(`permit (principal, action, resource) when { ${condition} };`)),
  );
  expect(found.map(([first]) => first?.construct)).toEqual([
    'the variable `action`',
    'the extension function `ip`',
    'the tag operator `hasTag`',
    'a number beyond 2^53',
    'the attribute name `toString`',
  ]);
});

test('a literal in the scope that may match is named', () => {
  const rule = jsonOf(
    'permit (principal == Organisation::"bravo", action, resource) when { action == action };',
  );
  expect(unsupportedIn(rule).map(({ construct }) => construct)).toEqual([
    'a literal for `principal` in the scope',
    'the variable `action`',
    'the variable `action`',
  ]);
});

test('a rule has an unsupported construct exactly when it is not compiled', () => {
  const counts = { compiled: 0, left: 0 };
  fc.assert(
    fc.property(fc.oneof(anyRule, anyStrangeRule), (text) => {
      const rule = jsonOf(text);
      const isCompiled = compileRule(rule) !== undefined;
      counts[isCompiled ? 'compiled' : 'left'] += 1;
      expect(unsupportedIn(rule).length === 0).toBe(isCompiled);
    }),
    { numRuns: 300 },
  );
  expect(Math.min(counts.compiled, counts.left)).toBeGreaterThan(30);
});
