/** What `/v1/notices/<id>` answers and the page shows; imports nothing, so that both sides share it. */

/** What is known of one notice, as far as its viewer may know it. */
export interface ShownDecision {
  readonly id: string;
  /** By originator, the newest first. */
  readonly revisions: readonly ShownRevision[];
}

export interface ShownRevision {
  readonly jti: string;
  readonly revision: number;
  readonly originator: string;
  /** What the record holds of the notice; null for a recipient, and for what was refused unread. */
  readonly notice: ShownFacts | null;
  /** The code with which it was refused. */
  readonly refused: string | null;
  /** Those who get most of it first. */
  readonly recipients: readonly ShownRecipient[];
  readonly records: readonly ShownRecord[];
}

/** Header attributes and the names of sections: never what a section says. */
export interface ShownFacts {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sections: readonly string[];
  /** Rises with every revision and action of the notice. */
  readonly number: number;
  readonly expires: string;
}

export interface ShownRecipient {
  readonly org: string;
  readonly outcome: string;
  /** What decided without a rule. */
  readonly because: string | null;
  readonly sections: readonly string[];
  readonly advertised: readonly string[];
  /** Not known to be there by the recipient. */
  readonly withheld: readonly string[];
  readonly obligations: readonly string[];
  readonly stages: readonly ShownStage[];
  /** Null for a recipient: the rules are not its own. */
  readonly why: ShownWhy | null;
}

/** Something that happened, in order. */
export interface ShownStage {
  readonly stage: string;
  readonly at: string;
  /** `ledger`: signed and recorded. `heard`: a status event, shown and never believed. */
  readonly evidence: 'ledger' | 'heard';
  readonly code: string | null;
}

export interface ShownWhy {
  readonly rules: readonly ShownRule[];
  /**
   * `same`: decided again with what is here it comes out alike. `other-rules`: the sets named in `sets` have another text
   * now. `other-facts`: the rules are the same, the outcome is not. `unread`: the policies here cannot be read.
   */
  readonly rulesHere: 'same' | 'other-rules' | 'other-facts' | 'unread';
  readonly sets: readonly string[];
  /** What closed something, and what was near. Empty unless `same`. */
  readonly closed: readonly ShownClosed[];
}

/** `reason` and `article` are null where the text that decided is not here. */
export interface ShownRule {
  readonly layer: string;
  readonly id: string;
  readonly reason: string | null;
  readonly article: string | null;
}

/** A layer that is closed: for the notice, or for one section of it. */
export interface ShownClosed {
  readonly section: string | null;
  /** For the restriction of the notice (H3), which goes only to who may read its words. */
  readonly restriction: boolean;
  readonly layer: string;
  readonly lines: readonly ShownLine[];
}

export interface ShownLine {
  readonly indent: number;
  readonly mark?: string;
  /** What the text begins with, to be seen first. */
  readonly name?: string;
  readonly text: string;
  readonly tone: 'plain' | 'aside' | 'holds' | 'fails';
}

export interface ShownRecord {
  readonly type: string;
  readonly at: string;
  readonly frame: string;
  /** In the auditor's file; for the federation alone. */
  readonly number?: number;
}
