import type { Deadlines } from '../shared/notice/deadlines.js';
import type { WitnessPolicy } from '../shared/tlog/witness-policy.js';

/** The settings of a gateway that an operator may change. Times in milliseconds. */
export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  /** Host names that clients use for the gateway, besides `host`. */
  readonly hostNames: readonly string[];
  /** How many notices may wait for the hub before a submission is refused with `full`. */
  readonly outboxLimit: number;
  /** How long a frame may be unsettled before the hub is asked about it; doubled with each try. */
  readonly resendMs: number;
  /** Minimum milliseconds between two questions about frames that wait for late recipients; 15 s by default. */
  readonly askMs?: number;
  /** Minimum milliseconds between two changes that are signed for one originator; an hour by default. */
  readonly changeMs?: number;
  /** How long no quorum of witnesses may be shown, or no proof that the log is consistent, before an alarm; a minute by default. */
  readonly unwitnessedMs?: number;
  /** Who must cosign the log of the ledger; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  /** How long after its arrival a record must be proved to be on the log, before an alarm; a minute by default. */
  readonly owedMs?: number;
  /** How long to wait for an answer from the hub. */
  readonly previewMs: number;
  /** How long a request of a local system may take to arrive. */
  readonly receiveMs: number;
  readonly sweepMs: number;
  /**
   * How many ends and bars of own notices may be ordered in an hour; further ones wait for a confirmation. 0:
   * any number.
   */
  readonly maxEndsPerHour: number;
  /**
   * How long adopted policies must have stood before the gateway takes back by itself what they no longer permit;
   * never by default.
   */
  readonly byPolicyAfterMs?: number;
  /** How long after its submission break-glass must be reviewed; 72 hours by default. */
  readonly reviewMs?: number;
  /** Minimum time left before the end of a notice for it to be extended. */
  readonly extendAheadMs: number;
  /** How long a clock that jumped ahead must run steadily before it is trusted to decide what is erased. */
  readonly clockRestMs: number;
  /** How long a receipt or the answer to an action may be missing before an alarm. */
  readonly deadlines: Deadlines;
}
