/** What the policy workbench of the console answers and its page shows; imports nothing, so that both sides share it. */

/** The files that the viewer may edit, and what there is to choose from. */
export interface ShownPolicies {
  /** Relative to the folder of policies, in the order of the directory. */
  readonly files: readonly string[];
}

export interface ShownPolicyFile {
  readonly path: string;
  readonly text: string;
}

/** Something to mend; lines and columns count from 1. */
export interface ShownFinding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly lint: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ShownLints {
  readonly findings: readonly ShownFinding[];
}
