import { fail, isCode } from '../../shared/kernel/errors.js';
import type { NoticeId } from '../../shared/kernel/ids.js';
import type { ReceiptOutcome } from '../../shared/ledger/receipt/outcomes.js';
import type { ReceiptType } from '../../shared/kernel/receipt-types.js';
import type { DecisionPart, NoticePart, RefusalPart } from '../../shared/ledger/record-parts.js';
import type { ActionVerb } from '../../shared/notice/action-verbs.js';
import type { AuditorClient } from '../auditor-client.js';

/** A ledger record as the auditor shows it to a viewer, with its parts about one notice. */
interface Seen {
  /** Its number on the ledger; for viewers of the federation only. */
  readonly number?: number;
  readonly at: string;
  readonly frame: string;
  readonly originator: string;
}

/** A routing report, a narrowing, or the record of a command about a recall. */
export interface SeenReport extends Seen {
  readonly type: 'routing' | 'narrowing' | 'recall';
  /** Digests of the policy sets that decided; absent for a recipient. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly parts: readonly (
    | NoticePart
    | SeenDecision
    | RefusalPart
    | SeenAction
    | SeenRequest
    | SeenRecall
  )[];
}

/** A decision; a recipient is shown neither its rules nor the sections withheld from it silently. */
export type SeenDecision = Omit<DecisionPart, 'rules' | 'withheld'> &
  Partial<Pick<DecisionPart, 'rules' | 'withheld'>>;

/** A recorded action; a holder is shown itself alone in `to` and `listed`. */
export interface SeenAction {
  readonly type: 'action';
  readonly digest: string;
  readonly verb: ActionVerb;
  readonly number: number;
  readonly reason?: string;
  /** Seconds since 1970. */
  readonly until?: number;
  readonly expiresAt?: number;
  /** When its originator signed it. */
  readonly signed: string;
  /** The holders that were handed it. */
  readonly to: readonly string[];
  /** What the action requires of each holder that it lists; empty for an action for all holders. */
  readonly listed: readonly SeenLeaf[];
}

/** A leaf: `sections` of a restriction, absent for the whole notice; `section` of an unseal; `request` of a decline. */
interface SeenLeaf {
  readonly to: string;
  readonly sections?: readonly string[];
  readonly section?: string;
  readonly request?: string;
}

/** A command of the federation that proposed the recall of a notice, or carried it out. */
export interface SeenRecall {
  readonly type: 'recall';
  readonly digest: string;
  readonly outcome: 'proposed' | 'cancelled';
  readonly number: number;
  /** The operators who signed, in order, and when; for viewers of the federation only. */
  readonly by?: readonly { readonly person: string; readonly at: string }[];
  /** The organisations that were handed the recall, the originator among them. */
  readonly to: readonly string[];
}

/** A recorded request of a holder for a section. */
export interface SeenRequest {
  readonly type: 'request';
  readonly digest: string;
  readonly from: string;
  /** The originator of the notice, which is not that of the record. */
  readonly to: string;
  readonly section: string;
  readonly purpose: string;
}

/** What a holder answered to an action, named by its digest. */
export interface SeenAnswer {
  readonly type: 'answer';
  readonly action: string;
  readonly answer: ReceiptType;
  readonly code?: string;
  readonly from: string;
}

/** What a recipient's receipt or change says of one revision. */
export type SeenOutcome = Pick<ReceiptOutcome, 'jti' | 'type' | 'code'> & { readonly from: string };

/** Receipts of one recipient. */
export interface SeenReceipt extends Seen {
  readonly type: 'receipt';
  readonly parts: readonly (SeenOutcome | SeenAnswer)[];
}

/** A record of any type. */
export type SeenRecord = SeenReport | SeenReceipt;

const TYPES: readonly unknown[] = ['routing', 'narrowing', 'receipt', 'recall'];

/**
 * Reads the ledger's records of a notice for a viewer, an organisation or `federation`; empty for an unknown notice. Rejects
 * with `auditor-silent`, and with `config-invalid` when the auditor refuses the console.
 */
export type ReadDecisions = (viewer: string, id: NoticeId) => Promise<readonly SeenRecord[]>;

/** Creates the reader; each call is one request to the auditor, whatever it answers. */
export function createReadDecisions(auditor: AuditorClient): ReadDecisions {
  return async (viewer, id) => {
    try {
      return parseSeenRecords(await auditor.get('/v1/decisions', { viewer, id }));
    } catch (thrown) {
      if (isCode(thrown, 'not-found')) return [];
      throw thrown;
    }
  };
}

/** Checks the shape of an answer; the auditor verified the records when it stored them. Throws `auditor-silent`. */
export function parseSeenRecords(answer: unknown): readonly SeenRecord[] {
  const { records } = Object(answer) as { readonly records?: unknown };
  if (Array.isArray(records) && records.every(isRecord)) return records;
  throw fail('auditor-silent', 'the response of the auditor has an unknown format');
}

function isRecord(value: unknown): value is SeenRecord {
  const { type, at, frame, originator, parts } = Object(value) as Partial<Record<keyof SeenRecord, unknown>>;
  const areWords = [at, frame, originator].every((word) => typeof word === 'string');
  return TYPES.includes(type) && areWords && Array.isArray(parts) && parts.every(isPart);
}

/** True for a part that names what it is about: a revision, an action, a recall or a request. */
function isPart(value: unknown): boolean {
  const part = Object(value) as Readonly<Record<string, unknown>>;
  const { type, jti, digest, action, to, listed } = part;
  if (type === 'recall') return typeof digest === 'string' && Array.isArray(to);
  if (type === 'action') return typeof digest === 'string' && Array.isArray(to) && Array.isArray(listed);
  return typeof type === 'string' && [jti, digest, action].some((name) => typeof name === 'string');
}
