/** What the console's HTTP API answers and its page shows; imports nothing, so that both sides share it. */

/** A status event; what is not known is left out. */
export interface ShownEvent {
  /** When the console heard it. */
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
  /** When its publisher says that it happened. */
  readonly at?: string;
  readonly source?: string;
  readonly seq?: number;
}

/** Events that were published and not heard, or not kept. */
export interface ShownGap {
  readonly heard: string;
  readonly missed?: number;
  readonly source?: string;
  /** The ring does not reach so far back. */
  readonly older?: boolean;
}

/** Who is signed in, and the names that there are to choose from. */
export interface ShownSession {
  readonly name: string;
  readonly roles: readonly string[];
  readonly org: string | null;
  readonly federation: string;
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly events: readonly string[];
  readonly kinds: readonly string[];
  readonly outcomes: readonly string[];
  /** Which events of notices sent to its organisation it is told; null: it is told everything. */
  readonly told: readonly string[] | null;
}

/** Of one pair in a stretch of time: events by name. */
export interface ShownPair {
  readonly originator: string;
  readonly recipient: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** What is null and stands in `untold` is not this viewer's to know. */
export interface ShownOrganisation {
  readonly id: string;
  readonly name: string;
  readonly untold: readonly Untold[];
  /** Submissions heard in the stretch. */
  readonly submitted: number | null;
  /** When something was heard last that it did and that was taken, within a day. */
  readonly lastContact: string | null;
  /** It was sent something and nothing was heard of it since, for longer than anybody is waited for. */
  readonly silent: boolean;
  /** Mean milliseconds from a delivery to its receipt, in the stretch. */
  readonly lagMs: number | null;
  /** Deliveries to it without a receipt heard yet. */
  readonly pending: number | null;
  readonly oldestPending: string | null;
  readonly parked: number | null;
  readonly deferred: number | null;
  /** Refused, rejected and quarantined by code, in the stretch. */
  readonly refusals: readonly { readonly code: string; readonly count: number }[];
  /** The next of its keys to expire, from the signed directory. */
  readonly nextKeyExpiry: { readonly kid: string; readonly at: string } | null;
  readonly suspended: boolean;
}

export type Untold = 'submitted' | 'lastContact' | 'pending' | 'oldestPending' | 'parked' | 'deferred';

export interface ShownFlow {
  readonly now: string;
  /** The stretch that was counted, and how long a step of `series` is, in seconds. */
  readonly from: string;
  readonly step: number;
  readonly pairs: readonly ShownPair[];
  /** A row a step that has any: milliseconds since the epoch, events by name. */
  readonly series: readonly { readonly at: number; readonly counts: Readonly<Record<string, number>> }[];
  readonly organisations: readonly ShownOrganisation[];
  readonly directory: { readonly version: number; readonly nextUpdate: string; readonly stale: boolean };
  readonly ledger: { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly connected: boolean;
  /** In the order of the console's settings; none where it is not told where they are. */
  readonly routers: readonly ShownRouter[];
  /** Of routers, auditor and console, in force or of the last day; none for a viewer of one organisation. */
  readonly alarms: readonly ShownAlarm[];
}

/** What somebody must look at: codes and times alone. */
export interface ShownAlarm {
  readonly process: string;
  readonly alarm: string;
  readonly means: string;
  readonly code: string | null;
  readonly place: string | null;
  readonly since: string;
  readonly last: string;
  readonly count: number;
}

/** Whether a router works, as it says itself. */
export interface ShownRouter {
  readonly state: 'ready' | 'not-ready' | 'silent';
  /** Codes that say why it is not ready. */
  readonly reasons: readonly string[];
  /** For how long it has not answered, in milliseconds; null while it does. */
  readonly silentMs: number | null;
}

/** Sent again and again to whoever listens. */
export interface ShownAlive {
  /** For how long no router has answered, in milliseconds; null while one does. */
  readonly silentMs: number | null;
}
