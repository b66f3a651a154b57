import type { Detail } from '../../shared/kernel/errors.js';
import type { LedgerNotice } from './recorded-notices.js';

/** An edited file, with its text in the page. */
export interface Edit {
  /** Relative to the folder of policies: `europol/export.cedar`. */
  readonly path: string;
  readonly text: string;
}

/** What an author can ask about the policies with the edit. */
export type WorkbenchQuestion =
  | { readonly what: 'lint' | 'cases' | 'diff' }
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
  /** An empty folder for the copy with the edit; the worker that started the child removes it. */
  readonly scratch: string;
  readonly request: WorkbenchRequest;
}

/** Paths of the live folder and of its copy with the edit. */
export interface Folders {
  readonly folder: string;
  readonly copy: string;
}

/** The answer of the child process: plain data, or the error. */
export type ChildAnswer =
  | { readonly type: 'answered'; readonly value: unknown }
  | {
      readonly type: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly Detail[];
    };
