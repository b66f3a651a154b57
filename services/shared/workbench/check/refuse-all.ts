import { type Detail, detailsText, fail } from '../../kernel/errors.js';

/** Throws `policy-invalid` with every fault, the first in its message; returns when there is none. */
export function refuseAll(faults: readonly Detail[]): void {
  if (faults.length > 0) throw fail('policy-invalid', detailsText(faults), faults);
}
