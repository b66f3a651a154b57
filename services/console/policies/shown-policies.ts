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

export interface ShownFailure {
  readonly says: string;
  /** Several lines each: what happened, and the rules that did it or came near. */
  readonly why: readonly string[];
}

export interface ShownFigure {
  readonly covered: number;
  readonly total: number;
  readonly percent: number;
}

export interface ShownCases {
  readonly cases: readonly {
    readonly name: string;
    readonly place: string;
    /** None when the case holds. */
    readonly failures: readonly ShownFailure[];
  }[];
  /** Of the rules of the organisation whose file is edited. */
  readonly coverage: {
    readonly rules: ShownFigure;
    readonly conditions: ShownFigure;
    readonly gaps: readonly { readonly rule: string; readonly place: string; readonly says: string }[];
  };
}

export interface ShownCell {
  readonly effect: 'disclose' | 'withhold';
  readonly advertise: boolean;
  readonly layer: string;
  readonly rule: string | null;
}

/** What one organisation gets; a denied one has no sections. */
export interface ShownPreview {
  readonly org: string;
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  readonly layer?: string;
  readonly rule?: string;
  readonly because?: string;
  readonly sections: Readonly<Record<string, ShownCell | undefined>>;
}

export interface ShownWhoSees {
  readonly sections: readonly string[];
  /** Whose rules were asked. */
  readonly layers: readonly string[];
  readonly before: readonly ShownPreview[];
  readonly after: readonly ShownPreview[];
}

/** A notice on the ledger, as far as policy reads it. */
export interface ShownRecordedNotice {
  readonly jti: string;
  readonly at: string;
  readonly originator: string;
  readonly kind: string;
}

/** Those that the viewer may choose from; the newest first. */
export interface ShownRecorded {
  readonly notices: readonly ShownRecordedNotice[];
  readonly complete: boolean;
}

/** More given or told, or less demanded, than by the other rules. */
export interface ShownGain {
  readonly what: 'receive' | 'disclose' | 'advertise' | 'obligation';
  /** The section or the obligation; null for the notice as a whole. */
  readonly name: string | null;
}

/** What the edit would have made of recorded notices. */
export interface ShownTraffic {
  /** How many were decided again. */
  readonly notices: number;
  /** False when older ones were not reached. */
  readonly complete: boolean;
  readonly decisions: number;
  readonly loosened: number;
  readonly tightened: number;
  readonly reasonOnly: number;
  /** How many would be decided differently. */
  readonly differing: number;
  /** Some of these; the newest first. */
  readonly changed: readonly (ShownRecordedNotice & {
    readonly recipients: readonly {
      readonly to: string;
      readonly loosened: readonly ShownGain[];
      readonly tightened: readonly ShownGain[];
    }[];
  })[];
}

/** A change of the rules for notices of one kind. */
export interface ShownChange {
  /** The same for every kind of one change: what an approval names. */
  readonly id: string;
  readonly org: string;
  readonly layer: string;
  readonly permission: string;
  readonly kind: string;
  readonly section: string | null;
  readonly obligation?: string;
  readonly approved?: boolean;
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** The plainest notice for which it makes a difference. */
  readonly counterexample: {
    readonly header: object;
    readonly from: string;
    readonly to: string;
    readonly section: string | null;
  };
  readonly routes: readonly { readonly from: string; readonly to: string }[];
}

export interface ShownDiff {
  readonly domain: { readonly size: number; readonly complete: boolean; readonly cut: readonly string[] };
  readonly loosened: readonly ShownChange[];
  readonly tightened: readonly ShownChange[];
  readonly reasonOnly: readonly ShownChange[];
}

export interface ShownMapCell {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly state: 'open' | 'partly' | 'closed';
  readonly sections?: readonly string[];
  readonly withheld?: readonly {
    readonly section: string;
    readonly layer: string;
    readonly rule: string | null;
  }[];
  readonly layer?: string;
  readonly rule?: string | null;
}

export interface ShownMap {
  readonly basis: string;
  readonly organisations: readonly string[];
  readonly kinds: readonly string[];
  readonly cells: readonly ShownMapCell[];
  readonly faults: readonly string[];
}
