import type { Owner } from '../diff/changes.js';

/**
 * Which condition of the policy gate is not met. `check`: `policy check` finds an error. `schema`: a recorded
 * notice or an adopted rule does not fit the schema. `error`: a rule newly errs. `loosening`: a loosening is not
 * approved. `case`: a case fails. `invariant`: an invariant does not hold, or was removed or changed without
 * approval. `incomplete`: the analysis does not cover every notice. `contradicted`: it contradicts the evaluator.
 */
export type GateCondition =
  | 'check'
  | 'schema'
  | 'error'
  | 'loosening'
  | 'case'
  | 'invariant'
  | 'incomplete'
  | 'contradicted';

/** Why policies are not adopted, or which case of an organisation fails. Holds no content of a recorded notice. */
export interface GateFinding {
  readonly condition: GateCondition;
  /** Whose rules or cases it is about. */
  readonly org: Owner;
  /** `europol/cases.yaml:12:5`, or the file to change. */
  readonly place: string;
  readonly message: string;
  /** Digest in hex of a loosening that is not approved. */
  readonly loosening?: string;
}

/** Whether changed policies are adopted. */
export type GateVerdict =
  | {
      readonly adopt: true;
      /** Failing cases in spite of which the policies are adopted: each is reported to its owner. */
      readonly notes: readonly GateFinding[];
    }
  | { readonly adopt: false; readonly findings: readonly GateFinding[] };
