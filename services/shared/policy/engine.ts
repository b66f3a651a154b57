import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { OrganisationFacts } from './facts.js';

/** `federation` binds every member, `export` is the originator's, `import` the recipient's. All must agree. */
export type Layer = 'federation' | 'export' | 'import';

/**
 * `receive`: get the notice; `disclose`: see a section; `advertise`: learn that a withheld section exists.
 */
export type Permission = 'receive' | 'disclose' | 'advertise';

/** One question to a policy set: does the recipient have this permission on this notice, or on this section of it? */
export interface Question {
  readonly permission: Permission;
  readonly recipient: OrganisationFacts;
  readonly notice: Attributes;
  /** Absent exactly for `receive`. */
  readonly section?: string;
}

/**
 * The answer of one set, with the rules that decided in the order of the file. With any error the decision is deny, and
 * the rules are those that cannot be evaluated; none when the question does not fit the schema.
 */
export interface Evaluation {
  readonly decision: 'allow' | 'deny';
  readonly rules: readonly string[];
  readonly errors: readonly string[];
}

/**
 * The port to a policy evaluator. Pure and synchronous; never throws: a missing or empty set, a rule that errors and a
 * question that does not fit the schema all deny.
 */
export interface Engine {
  /** Evaluates the rules of one set; `set` is a `setName`. */
  evaluate(set: string, question: Question): Evaluation;
}

/** Returns the name of a set: `federation`, `europol/export`, `europol/import`. */
export function setName(layer: Layer, organisation: OrgId): string {
  return layer === 'federation' ? layer : `${organisation}/${layer}`;
}

/** Returns the name of the set that decides in a layer about what an originator gives a recipient. */
export function setOf(
  layer: Layer,
  { originator, recipient }: { readonly originator: OrgId; readonly recipient: OrgId },
): string {
  return setName(layer, layer === 'import' ? recipient : originator);
}
