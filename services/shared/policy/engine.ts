import type { OrgId } from '../kernel/ids.js';
import type { Attributes } from '../notice/attributes.js';
import type { OrganisationFacts } from './facts.js';

/** Federation binds everybody, export is the originator's, import the recipient's. All must agree. */
export type Layer = 'federation' | 'export' | 'import';

/** `receive` the notice, `disclose` a section, `advertise` that a withheld section exists. */
export type Permission = 'receive' | 'disclose' | 'advertise';

/** What a set is asked: may this recipient do this with this notice (and this section of it)? */
export interface Question {
  readonly permission: Permission;
  readonly recipient: OrganisationFacts;
  readonly notice: Attributes;
  /** Absent exactly for `receive`. */
  readonly section?: string;
}

/** A set's answer: the rules that decided, in the order of the file. With any error the decision is deny. */
export interface Evaluation {
  readonly decision: 'allow' | 'deny';
  readonly rules: readonly string[];
  readonly errors: readonly string[];
}

/**
 * The port to a policy evaluator. Pure and synchronous; never throws: a set that is missing or empty, a rule that
 * errors and a question that does not fit the schema all deny.
 */
export interface Engine {
  evaluate(set: string, question: Question): Evaluation;
}

/** The name of a set: `federation`, `europol/export`, `europol/import`. */
export function setName(layer: Layer, organisation: OrgId): string {
  return layer === 'federation' ? layer : `${organisation}/${layer}`;
}
