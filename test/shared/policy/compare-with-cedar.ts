import fc from 'fast-check';
import { expect } from 'vitest';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import {
  type CompiledEngine,
  createCompiledEngine,
} from '../../../services/shared/policy/compiled-engine.js';
import type { Engine, Evaluation, Layer, Question } from '../../../services/shared/policy/engine.js';
import { literalsIn } from '../../../services/shared/policy/expression.js';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import type { Rule } from '../../../services/shared/policy/rule.js';
import { facts as sampleFacts, load } from '../../policies/sample.js';
import { anyRule, anyStrangeRule, setOfTexts } from './any-rule.js';
import { facts, groupedSchema, loadWith } from './folder.js';
import { distinguishableNotices } from './distinguishable-notices.js';
import { anyQuestionToAny } from './questions.js';

/** Generating and loading a set takes as long as ten questions. */
const QUESTIONS_PER_SET = 80;

/** Returns what must be the same: the decision, the deciding rules and the rules with errors. Messages may differ. */
function essence({ decision, rules, errors }: Evaluation): string {
  const erred = errors.map((error) => error.split(':')[0]).toSorted();
  return `${decision} by ${rules.join()} errors ${erred.join()}`;
}

interface Both {
  readonly compiled: CompiledEngine;
  readonly cedar: Engine;
}

const tally = { comparisons: 0, errors: 0, denied: 0 };

/** Shrinking would take minutes of Cedar, and a failure shows its rules and its question anyway. */
const NO_SHRINKING = { endOnFailure: true };

function compare({ compiled, cedar }: Both, set: string, question: Question): void {
  const [ours, theirs] = [compiled.evaluate(set, question), cedar.evaluate(set, question)];
  tally.comparisons += 1;
  tally.errors += theirs.errors.length > 0 ? 1 : 0;
  tally.denied += theirs.decision === 'deny' ? 1 : 0;
  // Compared as strings first: `expect` takes longer than the evaluator.
  if (essence(ours) !== essence(theirs)) expect({ question, ...ours }).toEqual({ question, ...theirs });
}

function withTally(what: string, work: () => void): void {
  Object.assign(tally, { comparisons: 0, errors: 0, denied: 0 });
  work();
  process.stderr.write(
    `${what}: ${tally.comparisons} comparisons, ${tally.denied} denied, ${tally.errors} with errors\n`,
  );
}

/** Asks both engines about generated policies, at least `comparisons` times. */
export function compareGenerated(comparisons: number): void {
  const { questions, bothOfTexts } = generated();
  withTally('generated', () =>
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 6 }), questions, (texts, asked) => {
        const both = bothOfTexts(texts);
        expect(both.compiled.interpreted).toEqual([]);
        for (const question of asked) compare(both, 'federation', question);
      }),
      { numRuns: comparisons / QUESTIONS_PER_SET, ...NO_SHRINKING },
    ),
  );
  // Allows, denies and errors must all occur, or equality proves little.
  expect(tally.comparisons).toBeGreaterThanOrEqual(comparisons);
  expect(tally.errors / tally.comparisons).toBeGreaterThan(0.1);
  expect(1 - tally.denied / tally.comparisons).toBeGreaterThan(0.1);
}

/** Asks both engines about `runs` generated policies with constructs that the compiler does not support. */
export function compareLeftToCedar(runs: number): void {
  const { questions, bothOfTexts } = generated();
  let left = 0;
  withTally('left to Cedar', () =>
    fc.assert(
      fc.property(fc.array(anyStrangeRule, { minLength: 1, maxLength: 6 }), questions, (texts, asked) => {
        const both = bothOfTexts(texts);
        left += both.compiled.interpreted.length;
        for (const question of asked.slice(0, 20)) compare(both, 'federation', question);
      }),
      { numRuns: runs, ...NO_SHRINKING },
    ),
  );
  expect(left).toBeGreaterThan(runs);
}

/** Asks both engines `runs` questions about the shipped policies, each to one set. */
export function compareSets(runs: number): void {
  const policies = load();
  const both = bothOf(policies);
  const names = fc.constantFrom(...policies.sets.keys());
  withTally('sets', () =>
    fc.assert(
      fc.property(names, anyQuestionToAny(policies.schema, sampleFacts), (name, question) =>
        compare(both, name, question),
      ),
      { numRuns: runs, ...NO_SHRINKING },
    ),
  );
}

/**
 * Asks both engines about each shipped rule alone, with at most `limit` notices per question; `Infinity` covers the
 * whole domain. Comparing rules suffices to compare sets: `combine` depends only on the results of a set's rules, and
 * each rule is asked about every notice that it can distinguish.
 */
export function compareRules(limit: number): void {
  const policies = load();
  const rules = bothOf(eachAlone(policies));
  const whole = { questions: 0, notices: 0 };
  withTally('rules', () => {
    for (const owned of ownedRules(policies)) {
      const { rule } = owned;
      for (const { originator, ...asked } of questionsOf(owned)) {
        const notices = distinguishableNotices(policies.schema, rule, { originator, ...asked });
        whole.questions += 1;
        whole.notices += notices.size;
        for (const index of spread(notices.size, limit)) {
          compare(rules, rule.id, { notice: notices.at(index), ...asked });
        }
      }
    }
  });
  process.stderr.write(`of ${whole.notices} notices in ${whole.questions} questions\n`);
  expect(tally.comparisons).toBeGreaterThan(5_000);
  if (limit === Infinity) expect(tally.comparisons).toBe(whole.notices);
}

interface Generated {
  readonly questions: fc.Arbitrary<Question[]>;
  readonly bothOfTexts: (texts: readonly string[]) => Both;
}

function generated(): Generated {
  const base = loadWith({ 'schema.cedarschema': groupedSchema });
  const [slots, ours] = [createCedarSlots(), createCedarSlots()];
  return {
    questions: fc.array(anyQuestionToAny(base.schema, facts), {
      minLength: QUESTIONS_PER_SET,
      maxLength: QUESTIONS_PER_SET,
    }),
    bothOfTexts: (texts) => {
      const policies = setOfTexts(base, texts);
      return { compiled: createCompiledEngine(policies, ours), cedar: slots.load(policies) };
    },
  };
}

function bothOf(policies: PolicySets): Both {
  return {
    compiled: createCompiledEngine(policies, createCedarSlots()),
    cedar: createCedarSlots().load(policies),
  };
}

/** Returns a set for each rule, so that no rule hides behind a forbid. */
function eachAlone(policies: PolicySets): PolicySets {
  const sets = [...policies.sets.values()].flatMap(({ layer, rules }) =>
    rules.map((rule) => [rule.id, { name: rule.id, layer, rules: [rule] }] as const),
  );
  return { ...policies, sets: new Map(sets) };
}

interface OwnedRule {
  readonly rule: Rule;
  readonly layer: Layer;
  /** The organisation that the rule belongs to; undefined for the federation's. */
  readonly owner: string | undefined;
}

function* ownedRules({ sets }: PolicySets): Iterable<OwnedRule> {
  for (const { name, layer, rules } of sets.values()) {
    const owner = layer === 'federation' ? undefined : name.split('/')[0];
    for (const rule of rules) yield { rule, layer, owner };
  }
}

interface QuestionWithoutNotice extends Omit<Question, 'notice'> {
  readonly originator: Attributes['originator'];
}

/** Yields every pair of members that a rule can be asked about, with each section it names and one that it does not. */
function* questionsOf({ rule, layer, owner }: OwnedRule): Iterable<QuestionWithoutNotice> {
  const members = [...sampleFacts.organisations.values()];
  const own = (role: string): readonly OrganisationFacts[] =>
    members.filter(({ id }) => layer !== role || id === owner);
  const named = literalsIn(rule.json).flatMap(({ type, id }) => (type === 'Section' ? [id] : []));
  const sections = [...new Set([...named, SECTIONS.find((section) => !named.includes(section)) ?? ''])];
  for (const { id: originator } of own('export')) {
    for (const recipient of own('import').filter(({ id }) => id !== originator)) {
      for (const permission of rule.permissions) {
        if (permission === 'receive') yield { originator, recipient, permission };
        else for (const section of sections) yield { originator, recipient, permission, section };
      }
    }
  }
}

/** Yields at most `limit` of the numbers below `size`, evenly spread, the first and the last included. */
function* spread(size: number, limit: number): Iterable<number> {
  const count = Math.min(size, limit);
  for (let step = 0; step < count; step += 1) {
    yield count === 1 ? 0 : Math.round((step * (size - 1)) / (count - 1));
  }
}
