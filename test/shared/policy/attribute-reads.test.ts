import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { attributeReads } from '../../../services/shared/policy/attribute-reads.js';
import { compileExpression } from '../../../services/shared/policy/compile/compile-expression.js';
import type { Node } from '../../../services/shared/policy/expression.js';
import { noticeShape } from '../../../services/shared/policy/schema.js';
import { createBind } from '../../../services/shared/workbench/explain/bind.js';
import { anyRule, anyStrangeRule } from './any-rule.js';
import { attributes, facts, loadWith, policyWith, rule } from './folder.js';
import { anyNotice, anyQuestion } from './questions.js';

const { schema } = loadWith();
const bind = createBind(schema);
const paths = noticeShape(schema).map(({ path }) => path);

function nodesOf(text: string): readonly Node[] {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(text);
  return answer.json.conditions.map(({ body }) => body as Node);
}

type Flat = Readonly<Record<string, unknown>>;

/** Returns the notice with one attribute as in another notice. */
function withAttribute(notice: Attributes, other: Attributes, path: string): Attributes {
  const [mine, theirs] = [notice, other] as unknown as readonly [Flat, Flat];
  const [name = '', inner] = path.split('.');
  const { [name]: old, ...rest } = mine;
  const value =
    inner === undefined ? theirs[name] : { ...(old as Flat), [inner]: (theirs[name] as Flat)[inner] };
  return (value === undefined ? rest : { ...rest, [name]: value }) as unknown as Attributes;
}

function textOf(value: unknown): string {
  return JSON.stringify({ value }, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    return inner instanceof Set ? ['set', ...inner].map(String).toSorted() : inner;
  });
}

/** Questions, and the same with one attribute of another notice. */
const questions = fc.sample(anyQuestion(schema, facts), { numRuns: 12, seed: 1 });
const others = fc.sample(anyNotice(schema), { numRuns: 12, seed: 2 });
const pairs = questions.flatMap((question, index) =>
  paths.map((path) => {
    const notice = withAttribute(question.notice, others[index] as Attributes, path);
    const [mine, theirs] = [bind(question), bind({ ...question, notice })];
    if (mine === undefined || theirs === undefined) throw new Error('does not fit');
    return { path, mine, theirs };
  }),
);

test('the value of an expression does not change with an attribute of the notice that it does not read', () => {
  let changed = 0;
  fc.assert(
    fc.property(fc.oneof(anyRule, anyStrangeRule), (text) => {
      for (const node of nodesOf(text)) {
        const term = compileExpression(node);
        if (term === undefined) continue;
        const reads = attributeReads(node).filter(({ variable }) => variable === 'resource');
        for (const { path, mine, theirs } of pairs) {
          const isRead = reads.some((read) => read.path === '' || `${path}.`.startsWith(`${read.path}.`));
          const isSame = textOf(term(mine)) === textOf(term(theirs));
          if (isRead) changed += Number(!isSame);
          else expect(isSame, path).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
  // Attributes that are read do change values, or equality proves little.
  expect(changed).toBeGreaterThan(50);
});

test.each([
  ['resource.evaluation has reliability', [['evaluation', true]]],
  ['resource has personStatus', [['personStatus', true]]],
  ['resource has evaluation.source', [['evaluation', true]]],
  [
    '(if resource.minor then resource.evaluation else resource.evaluation) has source',
    ['minor', 'evaluation'],
  ],
  ['[resource.kind, Kind::"red"].contains(resource.kind)', ['kind']],
  ['{ a: resource.tlp } has a', ['tlp']],
  ['ip("::1").isInRange(if resource.minor then ip("::1") else ip("::2"))', ['minor']],
  ['resource == resource', ['']],
  ['resource is Notice', []],
])('reads of the notice: %s', (condition, expected) => {
  const [node] = nodesOf(`permit (principal, action, resource) when { ${condition} };`);
  const found = attributeReads(node as Node).map(({ path, isPresence }) =>
    isPresence ? [path, true] : path,
  );
  expect(found).toEqual(expected);
});

test.each([
  ['(if resource.minor then resource else resource) has personStatus', { minor: false }],
  ['ip("::1").isInRange(if resource.minor then ip("::1") else ip("::2"))', { minor: true }],
])('a cached plan is not used for a notice that %s distinguishes', (condition, change) => {
  const forbid = rule(`forbid (principal, action == Action::"receive", resource) when { ${condition} };`);
  const permit = rule('permit (principal, action, resource);');
  const { policy } = policyWith({ 'federation/rules.cedar': permit + forbid });
  const { personStatus: _, ...without } = attributes;
  const ask = (header: Attributes): readonly string[] =>
    policy.decide({ attributes: header, sections: [] }).map(({ outcome }) => outcome);
  expect(ask(without as Attributes)).not.toContain('denied');
  expect(ask({ ...attributes, ...change })).toEqual(['denied', 'denied']);
});
