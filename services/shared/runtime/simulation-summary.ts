/** The last line that the simulator writes (docs/formats.md#the-summary). */
export interface SimulationSummary {
  /** Notices that a gateway answered for with 202, and rogue frames published. */
  readonly submitted: number;
  /** Pairs of notice and recipient that hold it; of these, `redacted` without a section or more. */
  readonly delivered: number;
  readonly redacted: number;
  /** Pairs decided so, of those that a notice was for. */
  readonly denied: number;
  /** Refused with a code by gateway or router, rogue frames included. */
  readonly refused: number;
  /** Pairs that the signed reports promise and that inbox does not hold; notices that nothing was reported of, ended too. */
  readonly missing: number;
  /**
   * Pairs shown twice in an inbox, under whatever originator, or with two different receipts: among those that the
   * recipient signed and the one that was forwarded to the originator.
   */
  readonly duplicates: number;
  /** Held notices that do not verify with the directory alone. */
  readonly unverified: number;
  /** Canaries found where they must not be. */
  readonly withheldLeaks: number;
}
