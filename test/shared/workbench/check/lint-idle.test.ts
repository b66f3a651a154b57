import { describe, expect, test } from 'vitest';
import { rule } from '../../policy/folder.js';
import { check } from './lint.js';

const RECEIVE = 'principal, action == Action::"receive", resource';
const OPEN = rule('permit (principal, action, resource) when { resource.tlp != Tlp::"red" };', 'alfa-out');
const FILE = 'alfa/export.cedar';
const ANY = rule('permit (principal, action, resource);', 'base');

/** Returns the ids of alfa's export rules that are idle when its cases have these notices. */
function idle(rules: string, notices = ''): readonly string[] {
  const cases = `notices:\n  red: { example: red }\n${notices}cases:\n  - { name: n, from: alfa, notice: red, expect: { others: delivered } }\n`;
  return check({ [FILE]: rules, 'federation/rules.cedar': ANY, 'alfa/cases.yaml': cases })
    .filter(({ lint, path }) => lint === 'idle' && path === FILE)
    .map(({ message }) => /`(.*?)`/.exec(message)?.[1] ?? '');
}

describe('idle lint', () => {
  test('a rule that applies to no example and no notice of a case is idle', () => {
    const rare = rule(`forbid (${RECEIVE}) when { resource.countries.contains(Country::"AQ") };`, 'rare');
    expect(idle(OPEN + rare)).toEqual(['rare']);
  });

  test('a rule that applies to a notice of a case is not idle', () => {
    const rare = rule(`forbid (${RECEIVE}) when { resource.countries.contains(Country::"AQ") };`, 'rare');
    expect(idle(OPEN + rare, '  south: { example: red, header: { countries: [AQ] } }\n')).toEqual([]);
  });

  test('a rule is idle when other rules together permit the same', () => {
    const rules = [
      rule(`permit (${RECEIVE}) when { resource.kind == Kind::"red" };`, 'part'),
      rule('permit (principal, action, resource) when { resource.minor };', 'minor'),
      rule('permit (principal, action, resource) when { !resource.minor };', 'grown'),
    ];
    expect(idle(rules.join(''))).toContain('part');
  });

  test('a rule that only Cedar evaluates is tried by Cedar, and does not make the rules beside it idle', () => {
    const byCedar = (kind: string): string =>
      `ip("::1").isInRange(if resource.kind == Kind::"${kind}" then ip("::1") else ip("::2"))`;
    const red = rule(`forbid (${RECEIVE}) when { ${byCedar('red')} };`, 'red');
    const never = rule(`forbid (${RECEIVE}) when { resource.minor && ${byCedar('purple')} };`, 'never');
    expect(idle(OPEN + red + never)).toEqual(['never']);
  });

  test('a rule is not idle when it alone carries an obligation', () => {
    const bound = rule(
      `@obligation("return") permit (${RECEIVE}) when { resource.kind == Kind::"red" };`,
      'bound',
    );
    expect(idle(OPEN + bound)).toEqual([]);
  });

  test('a rule is not idle when it opens its own layer and another layer closes the route', () => {
    const found = check({
      'federation/rules.cedar':
        ANY + rule(`forbid (${RECEIVE}) when { resource.kind == Kind::"red" };`, 'wall'),
      [FILE]: rule('permit (principal, action, resource) when { resource.kind == Kind::"red" };', 'door'),
    });
    expect(found.filter(({ message }) => message.includes('`door`'))).toEqual([]);
  });
});

test('idle lint: it is skipped while there are errors', () => {
  const rare = rule(`forbid (${RECEIVE}) when { resource.countries.contains(Country::"AQ") };`, 'rare');
  const lints = check({ [FILE]: `${OPEN}${rare}@id("x") permit (${RECEIVE});` }).map(({ lint }) => lint);
  expect(lints).toContain('reason');
  expect(lints).not.toContain('idle');
});
