import type { Code } from '../../shared/kernel/errors.js';
import type { Layer } from '../../shared/policy/engine.js';

/** Why an action or a request is refused for good, as its sender's report says it. */
export interface ActionRefusal {
  readonly code: Code;
  /** With `superseded`: the newest number of that own notice, above which the sender signs anew. */
  readonly number?: number;
  /** With `not-permitted`: the rules that forbid it; none when a permit is missing. */
  readonly rules?: readonly { readonly layer: Layer; readonly id: string }[];
}
