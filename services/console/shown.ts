/** Answers of the console's HTTP API that its page shows. Imports types alone, so that both sides can use it. */

import type { ShownLedger } from '../shared/wire/shown-ledger.js';
import type { MemberState } from '../shared/wire/shown-member.js';

/** A status event; unknown members are absent. */
export interface ShownEvent {
  /** When the console received it, in ISO 8601. */
  readonly heard: string;
  readonly event: string;
  readonly originator?: string;
  readonly recipient?: string;
  readonly kind?: string;
  readonly outcome?: string;
  readonly jti?: string;
  readonly frame?: string;
  readonly code?: string;
  readonly what?: string;
  readonly sections?: readonly string[];
  readonly rules?: readonly string[];
  /** When it happened, by its publisher. */
  readonly at?: string;
  readonly source?: string;
  readonly seq?: number;
  /** Set for an attack of this home's simulator. */
  readonly simulated?: true;
}

/** Events that were published but not received or not stored. */
export interface ShownGap {
  readonly heard: string;
  readonly missed?: number;
  readonly source?: string;
  /** True where older events were deleted. */
  readonly older?: boolean;
}

/** The session of a viewer, and the names that the page offers to choose from. */
export interface ShownSession {
  readonly name: string;
  readonly roles: readonly string[];
  readonly org: string | null;
  readonly federation: string;
  readonly organisations: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: MemberState;
  }[];
  readonly events: readonly string[];
  readonly kinds: readonly string[];
  readonly outcomes: readonly string[];
  /** The events that this viewer may see of notices sent to its organisation; null: all events. */
  readonly told: readonly string[] | null;
}

/** Events of one pair within the window, counted by name. */
export interface ShownPair {
  readonly originator: string;
  readonly recipient: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** An organisation in the flow. A member that this viewer may not know is null and listed in `untold`. */
export interface ShownOrganisation {
  readonly id: string;
  readonly name: string;
  readonly untold: readonly Untold[];
  /** Submissions received in the window. */
  readonly submitted: number | null;
  /** The time of its last accepted action, within a day. */
  readonly lastContact: string | null;
  /** True when it was sent a delivery and has not acted since, for longer than the timeout for silence. */
  readonly silent: boolean;
  /** Mean milliseconds from a delivery to its receipt, in the window. */
  readonly lagMs: number | null;
  /** Deliveries to it without a receipt so far. */
  readonly pending: number | null;
  readonly oldestPending: string | null;
  readonly parked: number | null;
  readonly deferred: number | null;
  /** Refusals, rejections and quarantined messages by code, in the window. */
  readonly refusals: readonly { readonly code: string; readonly count: number }[];
  /** The next of its keys to expire, from the signed directory. */
  readonly nextKeyExpiry: { readonly kid: string; readonly at: string } | null;
  readonly state: MemberState;
}

/** The members of `ShownOrganisation` that may be hidden from a viewer. */
export type Untold = 'submitted' | 'lastContact' | 'pending' | 'oldestPending' | 'parked' | 'deferred';

/** The answer of `/v1/flow`: the exchange between organisations, and the state of each. */
export interface ShownFlow {
  readonly now: string;
  /** The start of the window that was counted, and the length of a step of `series` in seconds. */
  readonly from: string;
  readonly step: number;
  readonly pairs: readonly ShownPair[];
  /** A row for each step with events: milliseconds since the epoch, and events by name. */
  readonly series: readonly { readonly at: number; readonly counts: Readonly<Record<string, number>> }[];
  readonly organisations: readonly ShownOrganisation[];
  readonly directory: { readonly version: number; readonly nextUpdate: string; readonly stale: boolean };
  readonly ledger: { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly connected: boolean;
  /** In the order of the console's settings; empty where it has no addresses of routers. */
  readonly routers: readonly ShownRouter[];
  /** Alarms of routers, auditor and console, in force or of the last day; empty for a viewer of one organisation. */
  readonly alarms: readonly ShownAlarm[];
}

/** The answer of `/v1/ledger`, for viewers of the federation: the auditor's file and the log over it. */
export interface ShownLedgerState {
  readonly ready: boolean;
  /** Codes that say why it is not ready. */
  readonly reasons: readonly string[];
  readonly file: ShownLedger;
  /** Alarms of the auditor, and of routers about the ledger. */
  readonly alarms: readonly ShownAlarm[];
}

/** An alarm of a process: codes and times, and for refused policies the findings. */
export interface ShownAlarm {
  readonly process: string;
  readonly alarm: string;
  readonly means: string;
  readonly code: string | null;
  readonly place: string | null;
  readonly since: string;
  readonly last: string;
  readonly count: number;
  /** Who acknowledged it since it was last raised, when and why; null if it was not acknowledged. */
  readonly acknowledged: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** Why the saved policies are not adopted; empty for other alarms. */
  readonly findings: readonly { readonly place: string; readonly message: string }[];
}

/** The state of a router, from its own `/readyz`. */
export interface ShownRouter {
  readonly state: 'ready' | 'not-ready' | 'silent';
  /** Codes that say why it is not ready. */
  readonly reasons: readonly string[];
  /** For how long it has not answered, in milliseconds; null while it does. */
  readonly silentMs: number | null;
}

/** Sent to each listener every few seconds. */
export interface ShownAlive {
  /** For how long no router has answered, in milliseconds; null while one does. */
  readonly silentMs: number | null;
}
