import type { Attributes } from '../notice/attributes.js';
import type { CedarSlots } from './cedar/cedar-engine.js';
import type { Bindings } from './compile-expression.js';
import { type CompiledRule, compileRule, permissionsOf, type RuleResult } from './compile-rule.js';
import type { Engine, Evaluation, Permission, Question } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import type { PolicySets } from './policies.js';
import type { Rule } from './rule.js';
import { vocabularyOf } from './schema.js';
import { createToRecord, entity, type ToRecord, type ValueRecord } from './value.js';

/** An engine, and the rules that it leaves to Cedar because they use something it does not know. */
export interface CompiledEngine extends Engine {
  readonly interpreted: readonly string[];
}

interface Entry {
  readonly id: string;
  readonly effect: Rule['effect'];
  readonly concerns: ReadonlySet<Permission>;
  readonly run: (bindings: Bindings, question: Question) => RuleResult;
}

/**
 * Makes engines that ask Cedar only when a rule is left to it: loading its WebAssembly costs some 30 MB and each set more,
 * none of which it ever frees (docs/adr/0005).
 */
export function createEngines(): (policies: PolicySets) => Promise<CompiledEngine> {
  let slots: CedarSlots | undefined;
  return async (policies) => {
    const compiled = createCompiledEngine(policies);
    if (compiled.interpreted.length === 0) return compiled;
    slots ??= (await import('./cedar/cedar-engine.js')).createCedarSlots();
    return createCompiledEngine(policies, slots);
  };
}

/**
 * Evaluates rules as closures: under a microsecond where a call into Cedar costs 150–500. Cedar stays the oracle: it
 * parses and validates, it decides the rules listed in `interpreted`, and tests compare every answer with its own.
 * Without slots the rules listed there cannot be evaluated, which denies.
 */
export function createCompiledEngine(policies: PolicySets, slots?: CedarSlots): CompiledEngine {
  const compiled = new Map([...policies.rules.values()].map((rule) => [rule.id, compileRule(rule.json)]));
  const interpreted = [...compiled].filter(([, rule]) => rule === undefined).map(([id]) => id);
  const cedar = interpreted.length === 0 ? undefined : slots?.load(eachAlone(policies, interpreted));
  const sets = new Map(
    [...policies.sets].map(([name, { rules }]) => [
      name,
      rules.map((rule) => entryOf(rule, { compiled, cedar })),
    ]),
  );
  const bind = createBind(policies);
  return {
    interpreted,
    evaluate(name, question) {
      const entries = sets.get(name);
      if (entries === undefined) return denied(`no set \`${name}\``);
      try {
        const bindings = bind(question);
        return typeof bindings === 'string' ? denied(bindings) : combine(entries, question, bindings);
      } catch (thrown) {
        return denied(String(thrown));
      }
    },
  };
}

function denied(error: string): Evaluation {
  return { decision: 'deny', rules: [], errors: [error] };
}

/** A set for each of these rules, so that Cedar's answer is about that rule. */
function eachAlone(policies: PolicySets, ids: readonly string[]): PolicySets {
  const rules = ids.flatMap((id) => policies.rules.get(id) ?? []);
  const sets = rules.map((rule) => [rule.id, { name: rule.id, layer: 'federation', rules: [rule] }] as const);
  return { ...policies, sets: new Map(sets) };
}

interface Compiled {
  readonly compiled: ReadonlyMap<string, CompiledRule | undefined>;
  readonly cedar: Engine | undefined;
}

function entryOf({ id, effect, json }: Rule, { compiled, cedar }: Compiled): Entry {
  const rule = compiled.get(id);
  if (rule !== undefined) return { id, effect, ...rule };
  const run = (_: Bindings, question: Question): RuleResult => {
    const answer = cedar?.evaluate(id, question);
    if (answer === undefined || answer.errors.length > 0) return 'error';
    return answer.rules.includes(id) ? 'satisfied' : 'unsatisfied';
  };
  return { id, effect, concerns: permissionsOf(json.action), run };
}

/** Cedar's own rule: a satisfied forbid denies, else a satisfied permit allows, else deny. And any error denies. */
function combine(entries: readonly Entry[], question: Question, bindings: Bindings): Evaluation {
  const permits: string[] = [];
  const forbids: string[] = [];
  const errors: string[] = [];
  for (const { id, effect, concerns, run } of entries) {
    if (!concerns.has(question.permission)) continue;
    const result = run(bindings, question);
    if (result === 'error') errors.push(`${id}: cannot be evaluated`);
    if (result === 'satisfied') (effect === 'permit' ? permits : forbids).push(id);
  }
  const isAllowed = forbids.length === 0 && permits.length > 0 && errors.length === 0;
  return { decision: isAllowed ? 'allow' : 'deny', rules: forbids.length > 0 ? forbids : permits, errors };
}

const NO_CONTEXT: ValueRecord = Object.freeze(Object.create(null) as ValueRecord);

/** The variables of a question as values, or a message. A notice or an organisation is read once and kept while it lives. */
function createBind(policies: PolicySets): (question: Question) => Bindings | string {
  const notices = createReader<Attributes>(createToRecord(policies.schema, 'Notice'));
  const organisations = createReader<OrganisationFacts>(createToRecord(policies.schema, 'Organisation'));
  const sections = vocabularyOf(policies.schema, 'Section') ?? [];
  const contexts = new Map<string, ValueRecord>(
    sections.map((id) => [id, { section: entity('Section', id) }]),
  );
  return ({ notice, recipient, section }) => {
    const [principal, resource] = [organisations(recipient), notices(notice)];
    const context = section === undefined ? NO_CONTEXT : contexts.get(section);
    if (typeof principal === 'string') return principal;
    if (typeof resource === 'string') return resource;
    return context === undefined
      ? `no \`Section::"${section}"\` in the vocabulary`
      : { principal, resource, context };
  };
}

function createReader<Data extends object>(read: ToRecord): (data: Data) => ReturnType<ToRecord> {
  const kept = new WeakMap<Data, ReturnType<ToRecord>>();
  return (data) => {
    const record = kept.get(data) ?? read(data);
    kept.set(data, record);
    return record;
  };
}
