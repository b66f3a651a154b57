import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import type { Question } from '../../../services/shared/policy/engine.js';
import { createKey } from '../../../services/shared/policy/key.js';
import { createReadsOf } from '../../../services/shared/policy/plan-reads.js';
import { noticeShape } from '../../../services/shared/policy/schema.js';
import { anyRule, setOfTexts } from './any-rule.js';
import { facts, groupedSchema, loadWith } from './folder.js';
import { anyNotice } from './questions.js';

const base = loadWith({ 'schema.cedarschema': groupedSchema });
const shape = noticeShape(base.schema);
const NAMES = [...new Set(shape.map(({ path }) => path.split('.')[0] ?? ''))];

/** Returns every question about a notice that a policy of the members asks the federation's set. */
function questionsAbout(notice: Attributes): readonly Question[] {
  return [...facts.organisations.values()].flatMap((recipient): readonly Question[] => [
    { permission: 'receive', recipient, notice },
    { permission: 'disclose', recipient, notice, section: 'media' },
    { permission: 'advertise', recipient, notice, section: 'identity' },
  ]);
}

test('plan key: notices that are equal on what any rules read are decided equally', () => {
  const tally = { equal: 0, unequal: 0 };
  const rules = fc.array(anyRule, { minLength: 1, maxLength: 4 });
  const notice = anyNotice(base.schema);
  const property = fc.property(rules, notice, notice, (texts, one, other) => {
    const sets = setOfTexts(base, texts);
    const key = createKey(shape, createReadsOf(sets, facts)(one.originator));
    const engine = createCompiledEngine(sets);
    const answersAbout = (each: Attributes) =>
      questionsAbout(each).map((question) => engine.evaluate('federation', question));
    const answers = answersAbout(one);
    for (const name of NAMES.filter((each) => each !== 'originator')) {
      const changed = { ...one, [name]: (other as unknown as Record<string, unknown>)[name] };
      const isEqual = key(changed) === key(one);
      tally[isEqual ? 'equal' : 'unequal'] += 1;
      if (isEqual) expect(answersAbout(changed), name).toEqual(answers);
    }
  });
  fc.assert(property, { numRuns: 400, endOnFailure: true });
  expect(tally.equal).toBeGreaterThan(1_000);
  expect(tally.unequal).toBeGreaterThan(300);
});
