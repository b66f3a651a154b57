import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printExpression } from '../../../../services/shared/workbench/print/print-expression.js';
import { load } from '../../../policies/sample.js';

/** Returns the JSON form that Cedar parses from a text. */
function parsed(text: string): unknown {
  const answer = policyToJson(`permit (principal, action, resource) when { ${text} };`);
  if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
  return answer.json.conditions[0]?.body;
}

const word = fc.string({ unit: 'grapheme', maxLength: 6 });
const name = fc.oneof(word, fc.constantFrom('kind', 'true', 'if', 'has', '__cedar', 'a b', '"', '*'));
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ Value: fc.oneof(fc.boolean(), fc.integer(), word) }),
  fc.record({ Var: fc.constantFrom('principal', 'resource', 'context', 'action') }),
  fc
    .record({ type: fc.constantFrom('Kind', 'A::B'), id: word })
    .map((entity) => ({ Value: { __entity: entity } })),
);

/** Returns one literal per character, as Cedar's JSON form has them. */
const pattern = fc.array(
  fc.oneof(
    fc.constant('Wildcard'),
    fc.record({
      Literal: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('*', '"', '\\'),
      ),
    }),
  ),
  { maxLength: 4 },
);

const BRANCHES = ['if', 'then', 'else'];

const { expression } = fc.letrec<{ expression: unknown }>((tie) => {
  const some = tie('expression');
  const pair = fc.record({ left: some, right: some });
  const under = (operator: string, operands: fc.Arbitrary<unknown>) =>
    operands.map((inside) => ({ [operator]: inside }));
  const pairs = ['&&', '||', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in'].concat([
    'contains',
    'containsAll',
    'containsAny',
    'getTag',
    'hasTag',
  ]);
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression', withCrossShrink: true },
      leaf,
      ...pairs.map((operator) => under(operator, pair)),
      ...['!', 'isEmpty'].map((operator) => under(operator, fc.record({ arg: some }))),
      under('.', fc.record({ left: some, attr: name })),
      under('has', fc.record({ left: some, attr: name })),
      under(
        'if-then-else',
        fc
          .tuple(some, some, some)
          .map((branches) => Object.fromEntries(BRANCHES.map((branch, index) => [branch, branches[index]]))),
      ),
      under('Set', fc.array(some, { maxLength: 3 })),
      under('Record', fc.dictionary(name, some, { maxKeys: 3 })),
      under('is', fc.record({ left: some, entity_type: fc.constantFrom('Kind', 'A::B') })),
      under('is', fc.record({ left: some, entity_type: fc.constant('Kind'), in: some })),
      under(
        'like',
        fc.record({
          left: some,
          pattern,
        }),
      ),
      under('ip', fc.tuple(fc.constant({ Value: '10.0.0.1' }))),
      under('isInRange', fc.tuple(some, some)),
      under('isLoopback', fc.tuple(some)),
    ),
  };
});

/** Returns the expression that Cedar parses from the printed one. */
const settled = (node: unknown): unknown => parsed(printExpression(node));

test('expression printer: Cedar parses the printed text to the same expression', () => {
  fc.assert(
    fc.property(expression, (node) => {
      expect(settled(node)).toEqual(node);
    }),
    { numRuns: 1000, seed: 11 },
  );
});

test('expression printer: Cedar parses every printed condition of the shipped policies to the same expression', () => {
  for (const { json } of load().rules.values()) {
    for (const { body } of json.conditions) expect(settled(body)).toEqual(body);
  }
});

test.each([
  'resource.kind == Kind::"red" && (resource.minor || !(principal.id == OrgId::"europol"))',
  '(a && b) && c'.replaceAll(/[abc]/g, 'resource.minor'),
  'resource has personStatus && resource.personStatus != PersonStatus::"victim"',
  '[Kind::"red", Kind::"blue"].contains(resource.kind)',
  'if resource.minor then context.section == Section::"media" else true',
  'resource["a b"].c has "d e"',
  '1 - (2 - 3) == -(4) * 5',
])('%s', (text) => {
  const node = parsed(text);
  expect(settled(node)).toEqual(node);
});
