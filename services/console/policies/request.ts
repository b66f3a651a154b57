import type { Detail } from '../../shared/kernel/errors.js';
import type { LedgerNotice, RecordedNotices } from './recorded-notices.js';

/** The file that somebody edits, as its text is in the page now. */
export interface Edit {
  /** Relative to the folder of policies: `europol/export.cedar`. */
  readonly path: string;
  readonly text: string;
}

/** What can be asked about the policies as they would be with the edit. */
export type WorkbenchQuestion =
  | { readonly what: 'lint' | 'cases' | 'diff' }
  | { readonly what: 'who-sees'; readonly example: string; readonly from: string }
  | { readonly what: 'who-sees'; readonly notice: LedgerNotice }
  | { readonly what: 'traffic'; readonly recorded: RecordedNotices }
  | { readonly what: 'map'; readonly of: 'live' | 'edited' };

/** A question, and who asks. */
export type WorkbenchRequest = WorkbenchQuestion & Asking;

export type WorkbenchRequestOf<What extends WorkbenchQuestion['what']> = Extract<
  WorkbenchQuestion,
  { readonly what: What }
> &
  Asking;

interface Asking {
  readonly edit: Edit;
  /** The organisation whose author asks; null for the federation's. */
  readonly org: string | null;
}

/** `europol` of `europol/export.cedar`. */
export function ownerOf({ path }: Edit): string {
  return path.split('/', 1)[0] ?? '';
}

/** What the child is sent. */
export interface ChildRequest {
  /** The folder that is live; it is only read. */
  readonly folder: string;
  /** Empty, for the copy with the edit; whoever started the child takes it away. */
  readonly scratch: string;
  readonly asked: WorkbenchRequest;
}

/** The live folder, and its copy with the edit. */
export interface Folders {
  readonly folder: string;
  readonly copy: string;
}

/** The live folder, and its copy with the edit. */
export interface Folders {
  readonly folder: string;
  readonly copy: string;
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
