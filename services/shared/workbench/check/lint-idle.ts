import type { CaseFile } from '../cases/case-file.js';
import type { Bindings } from '../../policy/compile/term.js';
import { compileRule } from '../../policy/compile/compile-rule.js';
import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import type { Engine, Layer } from '../../policy/engine.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import { createPolicy, type Policy } from '../../policy/plan.js';
import type { PolicySet, PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { entity } from '../../policy/value.js';
import { createBind } from '../explain/bind.js';
import { type Example, examplesOf } from '../examples.js';
import { type Finding, findingOf } from './finding.js';
import { formsOf } from './lint-rules.js';
import type { Workspace } from '../workspace.js';

/**
 * Finds rules whose removal changes no decision about the examples: same notices, sections, advertised sections and
 * obligations for every recipient. Decided by all layers together, as `who-sees` does, and by the rule's layer alone,
 * as `map` and the cases do. Which rules decide is not compared.
 */
export function lintIdle(workspace: Workspace, cases: readonly CaseFile[]): readonly Finding[] {
  const { sets, directory } = workspace;
  const bound = createBound(sets.schema);
  const examples = examplesOf([...directory.organisations.values()], cases);
  // A rule that only Cedar evaluates would err without it, and make its whole set idle.
  const slots = workspace.engine.interpreted.length === 0 ? undefined : createCedarSlots();
  const now = createAnswer(workspace, workspace.engine);
  const isIdle = (set: PolicySet, rule: Rule): boolean => {
    const without = createAnswer(workspace, createCompiledEngine(setsWithout(sets, set, rule), slots));
    const concerned = examples.filter(isConcerned(set, rule, bound));
    return [[set.layer], ALL_LAYERS].every((layers) =>
      concerned.every((example) => without(example, layers) === now(example, layers)),
    );
  };
  return [...sets.sets.values()].flatMap((set) =>
    set.rules
      .filter((rule) => isIdle(set, rule))
      .map(({ id, place }) => {
        const message = `removing \`${id}\` changes nothing in any example or any notice of the cases`;
        return findingOf('idle', { path: place, message });
      }),
  );
}

/** True for examples to which the rule applies; its removal cannot change others. */
function isConcerned(
  { name, layer }: PolicySet,
  { json, permissions }: Rule,
  bound: BindExample,
): (example: Example) => boolean {
  const rule = compileRule(json);
  const [owner] = name.split('/');
  return (example) => {
    const { notice, sections, recipient } = example;
    if (layer !== 'federation' && owner !== (layer === 'export' ? notice.originator : recipient.id))
      return false;
    const bindings = bound(example);
    if (rule === undefined || bindings === undefined) return true;
    const contexts = formsOf(permissions).flatMap((withSection): readonly Bindings['context'][] =>
      withSection
        ? [...sections, 'handlingNote'].map((section) => ({ section: entity('Section', section) }))
        : [{}],
    );
    return contexts.some((context) => rule.run({ ...bindings, context }) !== 'unsatisfied');
  };
}

type BindExample = (example: Example) => Bindings | undefined;

/** Returns the variables of rules for an example, without a section; cached per example. */
function createBound(schema: Schema): BindExample {
  const bind = createBind(schema);
  const known = new Map<Example, Bindings | undefined>();
  return (example) => {
    const bindings =
      known.get(example) ??
      bind({ notice: example.notice, recipient: example.recipient, permission: 'receive' });
    known.set(example, bindings);
    return bindings;
  };
}

function setsWithout(sets: PolicySets, set: PolicySet, { id }: Rule): PolicySets {
  const rules = set.rules.filter((rule) => rule.id !== id);
  return { ...sets, sets: new Map([...sets.sets, [set.name, { ...set, rules }]]) };
}

type AnswerExample = (example: Example, layers: readonly Layer[]) => string;

/** Returns everything that the recipient gets of an example, as one text to compare. */
function createAnswer({ sets, directory }: Workspace, engine: Engine): AnswerExample {
  const policies = new Map<string, Policy>();
  return ({ notice, sections, recipient: { id } }, layers) => {
    const policy = policies.get(layers.join()) ?? createPolicy({ engine, sets, directory, layers });
    policies.set(layers.join(), policy);
    const decisions = policy.decide({ attributes: notice, sections, recipients: [id], addressees: [id] });
    return JSON.stringify(
      decisions.map(({ outcome, advertised, obligations, ...gets }) => [
        outcome,
        gets.sections,
        advertised,
        obligations,
      ]),
    );
  };
}
