import type { Question } from '../../../services/shared/policy/engine.js';
import { hasPackage } from './has-package.js';
import type { PolicyPeer } from './policy-peer.js';
import { type Dialect, translateRules } from './translate-rules.js';

/**
 * A Casbin model with the semantics of Cedar: request attributes, a condition per rule, and forbids that win.
 */
const MODEL = `
[request_definition]
r = recipient, notice, action, section

[policy_definition]
p = id, actions, condition, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = named(p.actions, r.action) && eval(p.condition)
`;

const OBJECTS = { principal: 'r.recipient', resource: 'r.notice' } as const;

const DIALECT: Dialect = {
  attribute: (of, path) => (of === 'context' ? `r.${path}` : `${OBJECTS[of]}.${path}`),
  has: (attribute) => `there(${attribute})`,
  contains: (set, item) => `contains(${set}, ${item})`,
  containsAny: (set, other) => `containsAny(${set}, ${other})`,
  isEmpty: (set) => `isEmpty(${set})`,
};

/** Functions that the expressions of Casbin lack. */
const FUNCTIONS = {
  named: (actions: string, action: string) => actions.split(' ').includes(action),
  there: (value: unknown) => value !== undefined,
  contains: (set: readonly unknown[], item: unknown) => set.includes(item),
  containsAny: (set: readonly unknown[], other: readonly unknown[]) =>
    set.some((each) => other.includes(each)),
  isEmpty: (set: readonly unknown[]) => set.length === 0,
};

/** Casbin as a library, with the model above and a policy row for each rule. */
export const casbinPeer: PolicyPeer = {
  name: 'casbin',
  says: 'the first rule that decided',
  times: 4_000,
  missing: () => (hasPackage('casbin') ? undefined : 'not installed: `npm ci` without `--omit=dev`'),
  start: async (rules) => {
    const { newEnforcer, newModelFromString } = await import('casbin');
    const enforcer = await newEnforcer(newModelFromString(MODEL));
    for (const [name, run] of Object.entries(FUNCTIONS)) await enforcer.addFunction(name, run);
    const rows = translateRules(rules, DIALECT).map(({ id, permissions, condition, effect }) => [
      id,
      permissions.join(' '),
      condition,
      effect === 'permit' ? 'allow' : 'deny',
    ]);
    await enforcer.addPolicies(rows);
    const decide = ({ recipient, notice, permission, section = '' }: Question): boolean =>
      enforcer.enforceExSync(recipient, notice, permission, section)[0];
    return { decide: (questions) => questions.map(decide), stop: async () => {} };
  },
};
