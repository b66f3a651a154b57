import type { Code } from '../../shared/kernel/errors.js';
import type { Layer } from '../../shared/policy/engine.js';

/** Why an action or a request is refused for good, as the report to its sender states it. */
export interface ActionRefusal {
  readonly code: Code;
  /**
   * With `superseded`: the newest number of the notice; the sender signs the action again with a higher one.
   */
  readonly number?: number;
  /** With `not-permitted`: the rules that forbid it; empty when a permit is missing. */
  readonly rules?: readonly { readonly layer: Layer; readonly id: string }[];
}
