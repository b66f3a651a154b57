import type { ShownStage } from '../../shared/notice/shown-stage.js';
import type { ShownNoticeLife } from './shown-notice-life.js';

/** The answer of `/v1/notices/<id>`, which the page shows. Imports types alone, so that both sides can use it. */

/** A notice named by recent status events, with the newest event of each recipient. */
export interface ShownRecentNotice {
  readonly jti: string;
  /** Empty if the viewer may not know it. */
  readonly originator: string;
  readonly kind: string;
  /** When the console received the newest event about it, in ISO 8601. */
  readonly heard: string;
  readonly recipients: readonly { readonly org: string; readonly event: string }[];
}

/** The answer of `/v1/notices`: the newest notices first. */
export interface ShownRecent {
  readonly notices: readonly ShownRecentNotice[];
  /** How far back the search went; null when it covered all that the console has. */
  readonly since: string | null;
}

/** One notice, as far as the viewer may know it. */
export interface ShownDecision {
  readonly id: string;
  /** By originator, the newest first. */
  readonly revisions: readonly ShownRevision[];
  /** One for each originator of a revision that was accepted, whatever revision was asked for. */
  readonly lives: readonly ShownNoticeLife[];
}

/** One revision of the notice, with all its recipients that the viewer may see. */
export interface ShownRevision {
  readonly jti: string;
  readonly originator: string;
  /** The notice as recorded; null for a recipient, and for a notice that was refused before it was parsed. */
  readonly notice: ShownFacts | null;
  /** The code with which it was refused. */
  readonly refused: string | null;
  /** Ordered by outcome: recipients who get most come first. */
  readonly recipients: readonly ShownRecipient[];
  readonly records: readonly ShownRecord[];
}

/** Header attributes and names of sections, never the content of a section. */
export interface ShownFacts {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The id of the key that approved it, for break-glass or after a review; null for a notice without approval. */
  readonly approver: string | null;
  readonly sections: readonly string[];
  readonly expires: string;
}

/** The outcome for one recipient. */
export interface ShownRecipient {
  readonly org: string;
  readonly outcome: string;
  /** The reason of a decision without any rule. */
  readonly because: string | null;
  readonly sections: readonly string[];
  readonly advertised: readonly string[];
  /** Sections whose existence the recipient does not know. */
  readonly withheld: readonly string[];
  readonly obligations: readonly string[];
  /** From `accepted` on; null for a recipient, who may not see the kind of the notice, on which the deadlines depend. */
  readonly stages: readonly ShownStage[] | null;
  /** In the order of time. */
  readonly happened: readonly ShownHappening[];
  /** Null for a recipient, who may not see the rules. */
  readonly why: ShownWhy | null;
}

/** What happened in the delivery to a recipient. */
export interface ShownHappening {
  readonly what: string;
  readonly at: string;
  /** `ledger`: signed and recorded. `heard`: from a status event, which proves nothing. */
  readonly evidence: 'ledger' | 'heard';
  readonly code: string | null;
}

/** Why a decision came out as recorded. */
export interface ShownWhy {
  readonly rules: readonly ShownRule[];
  /**
   * `same`: deciding again with the live policies gives the same outcome. `other-rules`: the sets in `sets` have another
   * text now. `other-facts`: the same rules give another outcome. `unread`: the live policies cannot be read.
   */
  readonly rulesHere: 'same' | 'other-rules' | 'other-facts' | 'unread';
  readonly sets: readonly string[];
  /** The layers that closed the notice or a section, with the nearest rules. Empty unless `same`. */
  readonly closed: readonly ShownClosed[];
}

/** A rule that decided. `reason` and `article` are null where the live policies do not have its text. */
export interface ShownRule {
  readonly layer: string;
  readonly id: string;
  readonly reason: string | null;
  readonly article: string | null;
}

/** A layer that closed the notice or one of its sections. */
export interface ShownClosed {
  readonly section: string | null;
  /** True for handling code H3: only recipients who may read the handling note get the notice. */
  readonly restriction: boolean;
  readonly layer: string;
  readonly lines: readonly ShownLine[];
}

/** One line of an explanation. */
export interface ShownLine {
  readonly indent: number;
  readonly mark?: string;
  /** The beginning of the text, emphasised. */
  readonly name?: string;
  readonly text: string;
  readonly tone: 'plain' | 'aside' | 'holds' | 'fails';
}

/** A ledger record about the revision. */
export interface ShownRecord {
  readonly type: string;
  readonly at: string;
  readonly frame: string;
  /** Its number on the ledger; for viewers of the federation only. */
  readonly number?: number;
}
