import type { Edit } from '../../shared/workbench/child/copy-with-edits.js';
import type { LedgerNotice } from './recorded-notices.js';

/** What an author can ask about the policies with the edit. */
export type WorkbenchQuestion =
  | { readonly what: 'lint' | 'cases' | 'diff' | 'vocabulary' }
  | { readonly what: 'who-sees'; readonly example: string; readonly from: string }
  | { readonly what: 'who-sees'; readonly notice: LedgerNotice }
  | { readonly what: 'traffic'; readonly recorded: readonly LedgerNotice[] }
  | { readonly what: 'map'; readonly of: 'live' | 'edited' };

/** A question with the edit and the organisation of its author. */
export type WorkbenchRequest = WorkbenchQuestion & Asking;

/** A request with this question. */
export type WorkbenchRequestOf<What extends WorkbenchQuestion['what']> = Extract<
  WorkbenchQuestion,
  { readonly what: What }
> &
  Asking;

interface Asking {
  readonly edit: Edit;
  /** The organisation of the author; null for an author of the federation. */
  readonly org: string | null;
}

/** The first folder of the path: `europol` of `europol/export.cedar`. */
export function ownerOf({ path }: Edit): string {
  return path.split('/', 1)[0] ?? '';
}

/** A request to the child process. */
export interface ChildRequest {
  /** The live folder, which is only read. */
  readonly folder: string;
  readonly request: WorkbenchRequest;
}

/** Paths of the live folder and of its copy with the edit. */
export interface Folders {
  readonly folder: string;
  readonly copy: string;
}
