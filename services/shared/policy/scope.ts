import type { ActionConstraint, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Permission } from './engine.js';
import { type Literal, literalOf } from './expression.js';
import type { Schema } from './schema.js';

const PERMISSIONS: readonly Permission[] = ['receive', 'disclose', 'advertise'];

/** The entity type of each variable, which is the same in every question. */
export const OWN_TYPE = { principal: 'Organisation', resource: 'Notice' } as const;

/**
 * Returns the permissions that a rule can decide: those that its scope names, by name or by a group of actions that
 * the schema puts them in, however deep. None when its scope matches no recipient or no notice (`principal is
 * Notice`). Without a schema every group is empty.
 */
export function permissionsOf(rule: PolicyJson, schema: Schema | undefined): ReadonlySet<Permission> {
  const isNever = scopeMatches(rule, 'principal') === false || scopeMatches(rule, 'resource') === false;
  return new Set(isNever ? [] : PERMISSIONS.filter((each) => isNamed(rule.action, each, schema)));
}

/**
 * Returns whether the scope matches every recipient or every notice (true) or none (false); undefined when that depends
 * on the question, as for the literal in `principal == Organisation::"x"`, which the checks refuse.
 */
export function scopeMatches(rule: PolicyJson, variable: keyof typeof OWN_TYPE): boolean | undefined {
  const scope = rule[variable];
  if (scope.op === 'All') return true;
  if (scope.op === 'is' && scope.entity_type !== OWN_TYPE[variable]) return false;
  const within = scope.op === 'is' ? scope.in : scope;
  if (within === undefined) return true;
  // Organisations and notices have no parents: they are in nothing but themselves.
  const literal = 'entity' in within ? literalOf(within.entity) : undefined;
  return literal === undefined || literal.type === OWN_TYPE[variable] ? undefined : false;
}

function isNamed(action: ActionConstraint, permission: Permission, schema: Schema | undefined): boolean {
  if (action.op === 'All') return true;
  const named = literalsIn(action).map(nameOf);
  if (action.op === '==') return named.includes(`Action::${permission}`);
  return [...groupsOf(`Action::${permission}`, schema)].some((group) => named.includes(group));
}

function literalsIn(action: ActionConstraint): readonly Literal[] {
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  return entities.flatMap((each) => literalOf(each) ?? []);
}

const nameOf = ({ type, id }: Literal): string => `${type}::${id}`;

/** Returns an action and every group that it is in, directly or through other groups. */
function groupsOf(action: string, schema: Schema | undefined): ReadonlySet<string> {
  const parents = parentsIn(schema);
  const groups = new Set([action]);
  // A set yields what is added during the loop.
  for (const group of groups) for (const parent of parents.get(group) ?? []) groups.add(parent);
  return groups;
}

/** Returns the groups that the schema puts each action in. A group without a type is of the action's namespace. */
function parentsIn(schema: Schema | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(schema ?? {}).flatMap(([namespace, { actions }]) => {
      const own = namespace === '' ? 'Action' : `${namespace}::Action`;
      return Object.entries(actions).map(([id, { memberOf }]) => {
        const parents = (memberOf ?? []).map((group) => nameOf({ type: group.type ?? own, id: group.id }));
        return [nameOf({ type: own, id }), parents] as const;
      });
    }),
  );
}
