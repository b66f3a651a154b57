/** The life of a notice in the answer of `/v1/notices/<id>`. Imports nothing, so that the page can use it too. */

/** What happened to one originator's notice, as far as the viewer may know it. */
export interface ShownNoticeLife {
  readonly originator: string;
  /** `in force` until it is suspended or ends. */
  readonly state: 'in force' | 'suspended' | 'withdrawn' | 'recalled' | 'expired';
  /** The end of the suspension in force, in ISO 8601. */
  readonly suspendedUntil: string | null;
  /**
   * When it ends, or ended by itself; null after a withdrawal or a recall, and for a recipient that was told of no
   * extension.
   */
  readonly ends: string | null;
  /** True from the first warning ahead of the end on, while the notice is not ended. */
  readonly isEnding: boolean;
  /** Oldest first. */
  readonly steps: readonly ShownStep[];
}

/** One step of a notice's life. */
export interface ShownStep {
  readonly step:
    | 'issued'
    | 'amended'
    | 'suspended'
    | 'resumed'
    | 'withdrawn'
    | 'restricted'
    | 'lifted'
    | 'extended'
    | 'unsealed'
    | 'requested'
    | 'declined'
    | 'reviewed'
    | 'recall proposed'
    | 'recalled'
    | 'expired';
  /** When the hub recorded it; of an expiry, the end itself. */
  readonly at: string;
  /** The reason of an action, or the purpose of a request. */
  readonly reason: string | null;
  /** The end of a suspension, or the new end of an extension. */
  readonly until: string | null;
  /** The holders that it was handed to, or that asked. */
  readonly holders: readonly ShownHolder[];
  /** The operators who signed a recall, first and second, and when each did; for viewers of the federation only. */
  readonly by?: readonly { readonly person: string; readonly at: string }[];
  /** The record of the ledger that holds it; null for an expiry. */
  readonly frame: string | null;
  /** Its number on the ledger; for viewers of the federation only. */
  readonly record?: number;
}

/** What a step means for one holder, and the holder's signed answer. */
export interface ShownHolder {
  readonly org: string;
  /** The sections that the step takes from it or gives it; null when it is about the whole notice. */
  readonly sections: readonly string[] | null;
  /** The answer; null without one. Of a request: `granted` or `declined`. */
  readonly answer: string | null;
  readonly code: string | null;
  /** When the answer was recorded. */
  readonly at: string | null;
  /** Since when the answer is owed; null once it is there, or when a later answer makes it unnecessary. */
  readonly owesSince: string | null;
}
