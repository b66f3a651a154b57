import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Chance } from '../../../../services/shared/kernel/chance.js';
import type { Layer } from '../../../../services/shared/policy/engine.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import type { Schema } from '../../../../services/shared/policy/schema.js';
import type { Rule } from '../../../../services/shared/policy/rule.js';
import { permissionsOf } from '../../../../services/shared/policy/scope.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import {
  anyDirectory,
  anySchema,
  editedSchema,
  ORGANISATIONS,
  schemaOf,
  type SmallSchema,
} from './small-world.js';
import { anyCondition, type Condition, type Grammar, grammarOf } from './any-condition.js';

const ALL = { op: 'All' };
const action = (id: string) => ({ type: 'Action', id });

const ACTIONS: readonly (readonly [object, number])[] = [
  [ALL, 4],
  [{ op: '==', entity: action('receive') }, 3],
  [{ op: '==', entity: action('disclose') }, 3],
  [{ op: '==', entity: action('advertise') }, 1],
  [{ op: 'in', entity: action('exchange') }, 1],
];
const PRINCIPALS: readonly (readonly [object, number])[] = [
  [ALL, 12],
  [{ op: 'is', entity_type: 'Organisation' }, 2],
  [{ op: 'is', entity_type: 'Notice' }, 1],
];
const DUTIES = [undefined, undefined, 'ask-first', 'no-onward'];

/** A rule without its annotations in Cedar's form. */
interface Drawn extends Condition {
  readonly effect: 'permit' | 'forbid';
  readonly obligation: string | undefined;
  readonly reason: string;
}

function anyRule(chance: Chance, grammar: Grammar): Drawn {
  const effect = chance.one(['permit', 'permit', 'forbid'] as const);
  const conditions = Array.from({ length: chance.whole(0, 2) }, () => ({
    kind: chance.one(['when', 'when', 'unless']),
    body: anyCondition(chance, grammar),
  }));
  const scope = { principal: chance.weighted(PRINCIPALS), action: chance.weighted(ACTIONS), resource: ALL };
  const obligation = effect === 'permit' ? chance.one(DUTIES) : undefined;
  const written = (form: keyof Condition) => ({
    effect,
    ...scope,
    conditions: conditions.map(({ kind, body }) => ({ kind, body: body[form] })),
  });
  return { effect, obligation, reason: 'because', json: written('json'), judged: written('judged') };
}

/** The rules of each set by their ids, and the schema and the directory: what a version is made of. */
export interface DrawnVersion {
  readonly schema: SmallSchema;
  readonly directory: DirectoryFacts;
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, Drawn>>;
}

const SETS: readonly (readonly [string, Layer])[] = [
  ['federation', 'federation'],
  ...ORGANISATIONS.flatMap((id) =>
    (['export', 'import'] as const).map((layer) => [`${id}/${layer}`, layer] as const),
  ),
];
const OPEN = { effect: 'permit', principal: ALL, action: ALL, resource: ALL, conditions: [] };
const open: Drawn = {
  effect: 'permit',
  obligation: undefined,
  reason: 'because',
  json: OPEN,
  judged: OPEN,
};

/** Returns any version: most sets permit everything, and every one has up to two rules besides. */
export function anyVersion(chance: Chance, onlyCedar: number): DrawnVersion {
  const schema = anySchema(chance);
  const grammar = grammarOf(schema, onlyCedar);
  const sets = SETS.map(([name]) => {
    const rules = new Map<string, Drawn>(chance.next() < 0.85 ? [[`${name}-open`, open]] : []);
    for (let index = chance.one([0, 0, 1, 2]); index > 0; index -= 1)
      rules.set(`${name}-${index}`, anyRule(chance, grammar));
    return [name, rules] as const;
  });
  return { schema, directory: anyDirectory(chance), sets: new Map(sets) };
}

/** Returns another version with one to three edits. */
export function editedVersion(chance: Chance, version: DrawnVersion, onlyCedar: number): DrawnVersion {
  const grammar = grammarOf(version.schema, onlyCedar);
  let edited = version;
  for (let left = chance.whole(1, 3); left > 0; left -= 1) edited = editOnce(chance, edited, grammar);
  return edited;
}

function editOnce(chance: Chance, version: DrawnVersion, grammar: Grammar): DrawnVersion {
  const what = chance.next();
  if (what < 0.08) return { ...version, schema: editedSchema(chance, version.schema) };
  if (what < 0.2) return { ...version, directory: anyDirectory(chance) };
  const name = chance.one(SETS)[0];
  const rules = new Map(version.sets.get(name));
  const id = chance.one([...rules.keys(), `${name}-new`]);
  const rule = rules.get(id);
  if (rule !== undefined && what < 0.4) rules.delete(id);
  else if (rule !== undefined && what < 0.5) rules.set(id, { ...rule, reason: 'for another reason' });
  else if (rule !== undefined && what < 0.55) rules.set(id, { ...rule, obligation: chance.one(DUTIES) });
  else rules.set(id, anyRule(chance, grammar));
  return { ...version, sets: new Map([...version.sets, [name, rules]]) };
}

/**
 * Returns the version as it is loaded, without the checks, which refuse conditions that err; `judged` with
 * conditions of the same value that the evaluator follows.
 */
export function loaded({ schema: small, directory, sets }: DrawnVersion, form: keyof Condition): Version {
  // A version reads notices of those who are no longer members, but has no set of rules of theirs.
  const schema = schemaOf(small, directory, form === 'judged' ? ORGANISATIONS : undefined);
  const members = [...directory.organisations.keys()];
  const present = SETS.filter(([name]) => [...members, 'federation'].includes(name.split('/')[0] ?? ''));
  const made = present.map(([name, layer]) => {
    const rules = [...(sets.get(name) ?? [])].map(([id, drawn]) => ruleOf(id, drawn, { schema, form }));
    return [name, { name, layer, rules }] as const;
  });
  const rules = made.flatMap(([, set]) => set.rules.map((rule) => [rule.id, rule] as const));
  return { sets: { sets: new Map(made), digests: {}, rules: new Map(rules), schema }, directory };
}

interface RuleForm {
  readonly schema: Schema;
  readonly form: keyof Condition;
}

function ruleOf(id: string, drawn: Drawn, { schema, form }: RuleForm): Rule {
  const { effect, obligation, reason } = drawn;
  const duty = obligation === undefined ? {} : { obligation };
  const json = { ...drawn[form], annotations: { id, reason, ...duty } } as unknown as PolicyJson;
  return {
    id,
    effect,
    reason,
    ...duty,
    permissions: permissionsOf(json, schema),
    place: '',
    json,
    text: JSON.stringify(json),
  };
}
