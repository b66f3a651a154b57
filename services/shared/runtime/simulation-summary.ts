/** The last line of the simulator's output (docs/formats.md#the-summary). */
export interface SimulationSummary {
  /** Notices that a gateway accepted with 202, and published rogue frames. */
  readonly submitted: number;
  /** Pairs of a notice and a recipient that holds it; `redacted` of them lack a section. */
  readonly delivered: number;
  readonly redacted: number;
  /** Pairs of a notice and one of its addressees that policy denied. */
  readonly denied: number;
  /** Refused with a code by gateway or router, rogue frames included. */
  readonly refused: number;
  /** Revisions after the first, withdrawals, unseals and restrictions that the ledger has. */
  readonly amended: number;
  readonly withdrawn: number;
  readonly unsealed: number;
  readonly restricted: number;
  /** Pairs that a report promises and the recipient does not hold, and notices that ended without a report. */
  readonly missing: number;
  /**
   * Pairs that an inbox shows twice, under any originator, or that have two different receipts among those that the
   * recipient signed and the one forwarded to the originator.
   */
  readonly duplicates: number;
  /** Held notices that do not verify with the directory alone. */
  readonly unverified: number;
  /**
   * Canaries found where they must not be, and notices or sections still held after a withdrawal or
   * restriction.
   */
  readonly withheldLeaks: number;
  /** Sections that a recipient may hold by reports and actions, and that its copy lacks. */
  readonly lacking: number;
  /** Receipts and answers to actions that gateways still await past their deadline. */
  readonly overdue: number;
}
