import { fail } from '../../kernel/errors.js';
import { checkRules } from '../../policy/cedar/check-rules.js';
import type { Permission } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';

const before = (permission: Permission): string =>
  `@id("when") @reason("when") permit (principal, action == Action::"${permission}", resource) when { `;

/** Wraps the condition in a rule, because Cedar parses, validates and evaluates only whole rules. */
export function conditionText(when: string, permission: Permission = 'receive'): string {
  return `${before(permission)}${when} };`;
}

/** A fault of a condition, with its offset in the condition's text. */
export interface ConditionFault {
  readonly offset: number;
  readonly message: string;
}

/** Returns the faults of a condition. Only conditions on `disclose` and `advertise` can read `context.section`. */
export function conditionFaults(
  when: string,
  schema: Schema,
  permission: Permission = 'receive',
): readonly ConditionFault[] {
  return checked(when, schema, permission).faults;
}

/** Returns a condition as a rule that permits when it holds. Throws `policy-invalid` with the faults as `condition:<column>`. */
export function readCondition(when: string, schema: Schema, permission: Permission = 'receive'): Rule {
  const { rules, faults } = checked(when, schema, permission);
  const [rule] = rules;
  const [first] = faults;
  if (rule !== undefined && first === undefined) return rule;
  const placed = faults.map(({ offset, message }) => ({ path: `condition:${offset + 1}`, message }));
  throw fail('policy-invalid', `${placed[0]?.path}: ${placed[0]?.message}`, placed);
}

function checked(when: string, schema: Schema, permission: Permission) {
  const text = conditionText(when, permission);
  const start = before(permission).length;
  const { rules, faults } = checkRules({ path: '', text }, schema);
  const isOne = rules.length === 1 && rules[0]?.json.conditions.length === 1;
  if (faults.length === 0 && !isOne)
    return { rules, faults: [{ offset: 0, message: 'expected one Cedar condition' }] };
  return {
    rules,
    faults: faults.map(({ path, message }): ConditionFault => {
      const [, line = '1', column = '1'] = path.split(':');
      const lines = text.split('\n').slice(0, Number(line) - 1);
      const offset = lines.reduce((sum, each) => sum + each.length + 1, 0) + Number(column) - 1 - start;
      return { offset: Math.min(Math.max(offset, 0), Math.max(when.length - 1, 0)), message };
    }),
  };
}
