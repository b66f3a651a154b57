/** Answers of the policy workbench, which the page shows. Imports types only, so that both sides can use it. */

import type { ReleaseInForce } from '../../shared/wire/routed-members.js';
import type { ShownAdoption } from '../../shared/wire/shown-adoption.js';

/** The release of a member, or of `federation`, that is in force; null while there is none. */
export interface ShownInForce {
  readonly org: string;
  readonly release: ReleaseInForce | null;
}

/** The rule files that the viewer may edit. */
export interface ShownPolicies {
  /** Relative to the folder of policies, in the order of the directory. */
  readonly files: readonly string[];
  /**
   * The adopted policies; null when no router reports them. An author of one organisation gets no findings about others, and
   * null where members release their rules.
   */
  readonly adoption: ShownAdoption | null;
  /**
   * The releases in force, that of the federation first; null where the folder of the hub has the rules of all, and when no router
   * answers. An author of one organisation gets that one and the federation's.
   */
  readonly releases: readonly ShownInForce[] | null;
}

/** The live text of a rule file. */
export interface ShownPolicyFile {
  readonly path: string;
  readonly text: string;
}

/** A finding of the checks; lines and columns count from 1. */
export interface ShownFinding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly lint: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The findings in the folder with the edit. */
export interface ShownLints {
  readonly findings: readonly ShownFinding[];
}

/** Why a case fails. */
export interface ShownFailure {
  readonly says: string;
  /** Entries of several lines each: what was decided, and the deciding rules or near misses. */
  readonly why: readonly string[];
}

/** A share in whole per cent. */
export interface ShownFigure {
  readonly covered: number;
  readonly total: number;
  readonly percent: number;
}

/** The results of the cases beside the edited file. */
export interface ShownCases {
  readonly cases: readonly {
    readonly name: string;
    readonly place: string;
    /** Empty when the case holds. */
    readonly failures: readonly ShownFailure[];
  }[];
  /** Coverage of the rules of the organisation whose file is edited. */
  readonly coverage: {
    readonly rules: ShownFigure;
    readonly conditions: ShownFigure;
    readonly gaps: readonly { readonly rule: string; readonly place: string; readonly says: string }[];
  };
}

/** The decision on one section for one recipient. */
export interface ShownCell {
  readonly effect: 'disclose' | 'withhold';
  readonly advertise: boolean;
  readonly layer: string;
  readonly rule: string | null;
}

/** What one organisation would get; a denied one gets no sections. */
export interface ShownPreview {
  readonly org: string;
  readonly outcome: 'delivered' | 'redacted' | 'denied';
  readonly layer?: string;
  readonly rule?: string;
  readonly because?: string;
  readonly sections: Readonly<Record<string, ShownCell | undefined>>;
}

/** The matrix of a notice under the live rules and under the edited ones. */
export interface ShownWhoSees {
  readonly sections: readonly string[];
  /** The layers that decided. */
  readonly layers: readonly string[];
  readonly before: readonly ShownPreview[];
  readonly after: readonly ShownPreview[];
}

/** A notice on the ledger. */
export interface ShownRecordedNotice {
  readonly jti: string;
  readonly at: string;
  readonly originator: string;
  readonly kind: string;
}

/** Recorded notices that the viewer may choose from, newest first. */
export interface ShownRecorded {
  readonly notices: readonly ShownRecordedNotice[];
}

/**
 * Something that the recipient gains under one version of the rules and not under the other: a disclosure, a
 * hint that a section exists, or a dropped obligation.
 */
export interface ShownGain {
  readonly what: 'receive' | 'disclose' | 'advertise' | 'obligation';
  /** The section or the obligation; null for the notice as a whole. */
  readonly name: string | null;
}

/** How the edit would have decided recorded notices. */
export interface ShownTraffic {
  /** How many were decided again. */
  readonly notices: number;
  readonly decisions: number;
  readonly loosened: number;
  readonly tightened: number;
  readonly reasonOnly: number;
  /** How many would be decided differently. */
  readonly differing: number;
  /** The newest notices that would be decided differently. */
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
  /** The id that an approval names; the same for all kinds of one change. */
  readonly id: string;
  readonly org: string;
  readonly layer: string;
  readonly permission: string;
  readonly kind: string;
  readonly section: string | null;
  readonly obligation?: string;
  readonly approved?: boolean;
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** The simplest notice that is decided differently. */
  readonly counterexample: {
    readonly header: object;
    readonly from: string;
    readonly to: string;
    readonly section: string | null;
  };
  readonly routes: readonly { readonly from: string; readonly to: string }[];
}

/** The recheck of a comparison. */
export interface ShownRecheck {
  readonly seed: number;
  readonly notices: number;
  readonly decisions: number;
  readonly byCedar: number;
  readonly millis: number;
}

/** Shown instead of the differences when the comparison contradicts the evaluator and gives no verdict. */
export interface ShownContradicted {
  readonly contradicted: ShownRecheck;
}

/** The differences of the edited rules from the live ones. */
export interface ShownDiff {
  readonly domain: { readonly size: number; readonly complete: boolean; readonly cut: readonly string[] };
  readonly floor: ShownRecheck;
  readonly loosened: readonly ShownChange[];
  readonly tightened: readonly ShownChange[];
  readonly errors: readonly ShownChange[];
  readonly reasonOnly: readonly ShownChange[];
}

/** What one organisation gives another of the notices of one kind. */
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

/** Who may get what from whom. */
export interface ShownMap {
  readonly basis: string;
  readonly organisations: readonly string[];
  readonly kinds: readonly string[];
  readonly cells: readonly ShownMapCell[];
  readonly faults: readonly string[];
}
