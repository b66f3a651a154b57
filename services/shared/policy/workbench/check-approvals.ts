import type { Detail } from '../../kernel/errors.js';
import { readYaml } from './yaml-file.js';
import { closed, compileShape, shapeFaults } from './yaml-shape.js';

const TEXT = { type: 'string', minLength: 1 };
const FIELDS = {
  loosening: { type: 'string', pattern: '^[0-9a-f]{12}$' },
  approvedBy: { type: 'array', minItems: 2, uniqueItems: true, items: TEXT },
  reason: TEXT,
  until: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' },
};
const validate = compileShape({ type: 'array', items: closed(FIELDS, Object.keys(FIELDS)) });

/** Checks the shape of `approvals.yaml`: each loosening with two different names, a reason and an end. */
export function checkApprovals({ path, text }: { path: string; text: string }): readonly Detail[] {
  const yaml = readYaml(path, text);
  if (yaml.faults.length > 0) return yaml.faults;
  return validate(yaml.value ?? []) ? [] : shapeFaults(yaml, validate.errors);
}
