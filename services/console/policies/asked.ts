import type { Detail } from '../../shared/kernel/errors.js';

/** The file that somebody edits, as its text is in the page now. */
export interface Edit {
  /** Relative to the folder of policies: `europol/export.cedar`. */
  readonly path: string;
  readonly text: string;
}

/** One question about the policies as they would be with the edit. */
export interface Asked {
  readonly what: 'lint';
  readonly edit: Edit;
  /** The organisation whose author asks; null for the federation's. */
  readonly org: string | null;
}

/** What the child is sent. */
export interface ChildRequest {
  /** The folder that is live; it is only read. */
  readonly folder: string;
  /** Empty, for the copy with the edit; whoever started the child takes it away. */
  readonly scratch: string;
  readonly asked: Asked;
}

/** What the child says: plain data, or why there is no answer. */
export type ChildAnswer =
  | { readonly type: 'answered'; readonly value: unknown }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };
