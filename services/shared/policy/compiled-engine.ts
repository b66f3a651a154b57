import type { Attributes } from '../notice/attributes.js';
import type { CedarSlots } from './cedar/cedar-engine.js';
import type { Bindings } from './compile/term.js';
import { type CompiledRule, compileRule, type RuleResult } from './compile/compile-rule.js';
import type { Engine, Evaluation, Question } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import type { PolicySets } from './policies.js';
import type { Rule } from './rule.js';
import { vocabularyOf } from './schema.js';
import { createToRecord, entity, type ToRecord, type ValueRecord } from './value.js';

/** An engine, with the ids of the rules that it has Cedar evaluate because they use an unsupported construct. */
export interface CompiledEngine extends Engine {
  readonly interpreted: readonly string[];
}

interface Entry {
  readonly id: string;
  readonly effect: Rule['effect'];
  readonly permissions: Rule['permissions'];
  readonly run: (bindings: Bindings, question: Question) => RuleResult;
}

/**
 * Returns a factory of engines that loads Cedar only for rules the compiler does not support: its WebAssembly takes
 * some 30 MB, each set takes more, and it frees neither (docs/adr/0005).
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
 * Returns an engine that evaluates rules as closures, in under a microsecond where a call into Cedar takes 150–500.
 * Cedar stays the reference: it parses and validates, it evaluates the rules listed in `interpreted`, and tests compare
 * the answers of both. Without `slots` the listed rules cannot be evaluated, which denies.
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

/** Returns sets of one rule each, so that Cedar's answer is about that rule alone. */
function eachAlone(policies: PolicySets, ids: readonly string[]): PolicySets {
  const rules = ids.flatMap((id) => policies.rules.get(id) ?? []);
  // Named by position: Cedar keeps what it parsed by name, and would keep every id that ever was.
  const sets = rules.map(
    (rule, index) => [rule.id, { name: `rule${index}`, layer: 'federation', rules: [rule] }] as const,
  );
  return { ...policies, sets: new Map(sets) };
}

interface Compiled {
  readonly compiled: ReadonlyMap<string, CompiledRule | undefined>;
  readonly cedar: Engine | undefined;
}

function entryOf({ id, effect, permissions }: Rule, { compiled, cedar }: Compiled): Entry {
  const rule = compiled.get(id);
  if (rule !== undefined) return { id, effect, permissions, ...rule };
  const run = (_: Bindings, question: Question): RuleResult => {
    const answer = cedar?.evaluate(id, question);
    if (answer === undefined || answer.errors.length > 0) return 'error';
    return answer.rules.includes(id) ? 'satisfied' : 'unsatisfied';
  };
  return { id, effect, permissions, run };
}

/**
 * Combines as Cedar does: a satisfied forbid denies, else a satisfied permit allows, else deny. Any error denies before
 * that, and the rules that cannot be evaluated are those that decided.
 */
function combine(entries: readonly Entry[], question: Question, bindings: Bindings): Evaluation {
  const permits: string[] = [];
  const forbids: string[] = [];
  const errors: string[] = [];
  for (const { id, effect, permissions, run } of entries) {
    if (!permissions.has(question.permission)) continue;
    const result = run(bindings, question);
    if (result === 'error') errors.push(id);
    if (result === 'satisfied') (effect === 'permit' ? permits : forbids).push(id);
  }
  if (errors.length > 0) {
    return { decision: 'deny', rules: errors, errors: errors.map((id) => `${id}: cannot be evaluated`) };
  }
  if (forbids.length > 0) return { decision: 'deny', rules: forbids, errors };
  return { decision: permits.length > 0 ? 'allow' : 'deny', rules: permits, errors };
}

const NO_CONTEXT: ValueRecord = Object.freeze(Object.create(null) as ValueRecord);

/**
 * Converts a question to values, or a message about what does not fit the schema. Conversions are cached per object.
 */
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
