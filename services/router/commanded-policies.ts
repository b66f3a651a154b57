import type { Code } from '../shared/kernel/errors.js';

/** The policies of a router, as commands use them. Digests are in base64url. */
export interface CommandedPolicies {
  /** Judges the folder now, and adopts it if it passes. Resolves when that is done; never rejects. */
  look(): Promise<unknown>;
  /** The digest of the adopted bundle; undefined while none is adopted. */
  adopted(): string | undefined;
  /** Why the folder is not adopted; undefined when it is. */
  refusal(): Code | undefined;
  /** True while the router does not have the bundle that the ledger names. */
  isMissing(): boolean;
  /**
   * Resolves to true when the folder or the auditor has the bundle. Rejects while the auditor does not
   * answer.
   */
  has(named: string): Promise<boolean>;
}
