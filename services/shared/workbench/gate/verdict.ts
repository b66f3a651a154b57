import type { Owner } from '../diff/changes.js';

/**
 * Which condition of the policy gate a finding is about. `check`: an error of `policy check`. `schema`:
 * recorded notices or adopted rules no longer fit. `error`: a rule that newly errs. `loosening`: without
 * approval. `case`, `invariant`: one that fails. `incomplete`: the analysis does not cover every notice.
 * `contradicted`: it differs from the evaluator.
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

/** Why policies are not adopted, or what the owner of a failing case is told. Names rules and notices of cases, no content. */
export interface GateFinding {
  readonly condition: GateCondition;
  /** Whose rules or cases it is about. */
  readonly org: Owner;
  /** `europol/cases.yaml:12:5`, or the file to change. */
  readonly place: string;
  readonly message: string;
}

/** Whether changed policies are adopted. */
export type GateVerdict =
  | {
      readonly adopt: true;
      /** Failing cases that do not keep the policies from being adopted: their owners look at them. */
      readonly notes: readonly GateFinding[];
    }
  | { readonly adopt: false; readonly findings: readonly GateFinding[] };
