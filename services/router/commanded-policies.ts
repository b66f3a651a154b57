import type { Code } from '../shared/kernel/errors.js';

/** The policies of a router, as commands use them. Digests are in base64url. */
export interface CommandedPolicies {
  /**
   * Judges the folder now, and adopts it if it passes. Resolves with `judged` when that is done, or with `pending` after
   * thirty seconds, while the judgement continues. Never rejects.
   */
  look(): Promise<'judged' | 'pending'>;
  /** The digest of the adopted bundle; undefined while none is adopted. */
  adopted(): string | undefined;
  /** Why the folder is not adopted; undefined when it is. */
  refusal(): Code | undefined;
  /**
   * For how many milliseconds the router has not had the bundle that the ledger names; undefined while it has it.
   */
  missingMs(): number | undefined;
  /** After how many milliseconds every running router that has the missing bundle would have archived it again. */
  readonly archivedAgainMs: number;
  /**
   * Resolves to true when the folder or the auditor has the bundle. Rejects while the auditor does not
   * answer.
   */
  has(named: string): Promise<boolean>;
}
