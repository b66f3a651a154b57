import { type Detail, fail } from '../../kernel/errors.js';

/** Throws `policy-invalid` with every fault, the first in its message; returns when there is none. */
export function refuseAll(faults: readonly Detail[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  throw fail('policy-invalid', `${first.path}: ${first.message}${more}`, faults);
}
