import fc from 'fast-check';
import { expect } from 'vitest';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { permissionsOf } from '../../../services/shared/policy/compile-rule.js';
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
import { facts, loadWith } from './folder.js';
import { noticesApart } from './notices-apart.js';
import { anyQuestion } from './questions.js';

/** Questions for each generated set: making and loading one costs as much as ten questions. */
const ASKED = 80;

/** What must be the same: the decision, which rules decided, which erred. Messages may differ. */
function essence({ decision, rules, errors }: Evaluation): string {
  const erred = errors.map((error) => error.split(':')[0]).toSorted();
  return `${decision} by ${rules.join()} errors ${erred.join()}`;
}

interface Both {
  readonly compiled: CompiledEngine;
  readonly cedar: Engine;
}

const tally = { comparisons: 0, errors: 0, denied: 0 };

/** Shrinking asks Cedar for minutes, and a failure shows its rules and its question anyway. */
const AT_ONCE = { endOnFailure: true };

function compare({ compiled, cedar }: Both, set: string, question: Question): void {
  const [ours, theirs] = [compiled.evaluate(set, question), cedar.evaluate(set, question)];
  tally.comparisons += 1;
  tally.errors += theirs.errors.length > 0 ? 1 : 0;
  tally.denied += theirs.decision === 'deny' ? 1 : 0;
  // A plain comparison first: `expect` costs more than the evaluator.
  if (essence(ours) !== essence(theirs)) expect({ question, ...ours }).toEqual({ question, ...theirs });
}

function said(what: string, work: () => void): void {
  Object.assign(tally, { comparisons: 0, errors: 0, denied: 0 });
  work();
  process.stderr.write(
    `${what}: ${tally.comparisons} comparisons, ${tally.denied} denied, ${tally.errors} with errors\n`,
  );
}

/** Asks both engines about generated policies, at least `comparisons` times. */
export function compareGenerated(comparisons: number): void {
  const { questions, bothOfTexts } = generated();
  said('generated', () =>
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 6 }), questions, (texts, asked) => {
        const both = bothOfTexts(texts);
        expect(both.compiled.interpreted).toEqual([]);
        for (const question of asked) compare(both, 'federation', question);
      }),
      { numRuns: comparisons / ASKED, ...AT_ONCE },
    ),
  );
  // Both sides of every branch, or else equality says little.
  expect(tally.comparisons).toBeGreaterThanOrEqual(comparisons);
  expect(tally.errors / tally.comparisons).toBeGreaterThan(0.1);
  expect(1 - tally.denied / tally.comparisons).toBeGreaterThan(0.1);
}

/** Asks both engines about so many generated policies with constructs that are left to Cedar. */
export function compareLeftToCedar(runs: number): void {
  const { questions, bothOfTexts } = generated();
  let left = 0;
  said('left to Cedar', () =>
    fc.assert(
      fc.property(fc.array(anyStrangeRule, { minLength: 1, maxLength: 6 }), questions, (texts, asked) => {
        const both = bothOfTexts(texts);
        left += both.compiled.interpreted.length;
        for (const question of asked.slice(0, 20)) compare(both, 'federation', question);
      }),
      { numRuns: runs, ...AT_ONCE },
    ),
  );
  expect(left).toBeGreaterThan(runs);
}

/** Asks both engines so many questions about the shipped policies, each to one set. */
export function compareSets(runs: number): void {
  const policies = load();
  const both = bothOf(policies);
  const names = fc.constantFrom(...policies.sets.keys());
  said('sets', () =>
    fc.assert(
      fc.property(names, anyQuestion(policies.schema, sampleFacts), (name, question) =>
        compare(both, name, question),
      ),
      { numRuns: runs, ...AT_ONCE },
    ),
  );
}

/**
 * Asks both engines about each shipped rule alone, with at most so many notices a question; `Infinity` is the whole
 * domain. A set is its rules one by one and what `combine` makes of them, which knows no rule: so each rule alone, over
 * every notice that it can tell apart, is each set over its whole domain.
 */
export function compareRules(most: number): void {
  const policies = load();
  const rules = bothOf(eachAlone(policies));
  const whole = { questions: 0, notices: 0 };
  said('rules', () => {
    for (const owned of ownedRules(policies)) {
      const { rule } = owned;
      for (const { originator, ...asked } of questionsOf(owned)) {
        const notices = noticesApart(policies.schema, rule, { originator, ...asked });
        whole.questions += 1;
        whole.notices += notices.size;
        for (const index of spread(notices.size, most)) {
          compare(rules, rule.id, { notice: notices.at(index), ...asked });
        }
      }
    }
  });
  process.stderr.write(`of ${whole.notices} notices in ${whole.questions} questions\n`);
  expect(tally.comparisons).toBeGreaterThan(5_000);
  if (most === Infinity) expect(tally.comparisons).toBe(whole.notices);
}

interface Generated {
  readonly questions: fc.Arbitrary<Question[]>;
  readonly bothOfTexts: (texts: readonly string[]) => Both;
}

function generated(): Generated {
  const base = loadWith();
  const [slots, ours] = [createCedarSlots(), createCedarSlots()];
  return {
    questions: fc.array(anyQuestion(base.schema, facts), { minLength: ASKED, maxLength: ASKED }),
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

/** A set for each rule, so that every rule shows and none hides behind a forbid. */
function eachAlone(policies: PolicySets): PolicySets {
  const sets = [...policies.sets.values()].flatMap(({ layer, rules }) =>
    rules.map((rule) => [rule.id, { name: rule.id, layer, rules: [rule] }] as const),
  );
  return { ...policies, sets: new Map(sets) };
}

interface OwnedRule {
  readonly rule: Rule;
  readonly layer: Layer;
  /** The organisation whose rule it is; of the federation's everybody's. */
  readonly owner: string | undefined;
}

function* ownedRules({ sets }: PolicySets): Iterable<OwnedRule> {
  for (const { name, layer, rules } of sets.values()) {
    const owner = layer === 'federation' ? undefined : name.split('/')[0];
    for (const rule of rules) yield { rule, layer, owner };
  }
}

interface Alone extends Omit<Question, 'notice'> {
  readonly originator: Attributes['originator'];
}

/** Who may ask a rule what: every pair of members it can concern, and each section it names and one that it does not. */
function* questionsOf({ rule, layer, owner }: OwnedRule): Iterable<Alone> {
  const members = [...sampleFacts.organisations.values()];
  const own = (role: string): readonly OrganisationFacts[] =>
    members.filter(({ id }) => layer !== role || id === owner);
  const named = literalsIn(rule.json).flatMap(({ type, id }) => (type === 'Section' ? [id] : []));
  const sections = [...new Set([...named, SECTIONS.find((section) => !named.includes(section)) ?? ''])];
  for (const { id: originator } of own('export')) {
    for (const recipient of own('import').filter(({ id }) => id !== originator)) {
      for (const permission of permissionsOf(rule.json.action)) {
        if (permission === 'receive') yield { originator, recipient, permission };
        else for (const section of sections) yield { originator, recipient, permission, section };
      }
    }
  }
}

/** At most so many of the numbers below `size`, evenly spread and with the first and the last. */
function* spread(size: number, most: number): Iterable<number> {
  const count = Math.min(size, most);
  for (let step = 0; step < count; step += 1) {
    yield count === 1 ? 0 : Math.round((step * (size - 1)) / (count - 1));
  }
}
