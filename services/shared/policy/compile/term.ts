import type { Value, ValueRecord } from '../value.js';

/** The values of a rule's variables for one question. */
export interface Bindings {
  readonly principal: ValueRecord;
  readonly resource: ValueRecord;
  readonly context: ValueRecord;
}

/** A compiled expression. Returns undefined for a Cedar evaluation error; never throws. */
export type Term = (bindings: Bindings) => Value | undefined;
