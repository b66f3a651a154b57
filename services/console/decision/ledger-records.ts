import { fail, isCode } from '../../shared/kernel/errors.js';
import type { NoticeId } from '../../shared/kernel/ids.js';
import type { ReceiptPart } from '../../shared/ledger/receipt.js';
import type { DecisionPart, NoticePart, RefusalPart } from '../../shared/ledger/record-parts.js';
import type { AuditorClient } from '../auditor-client.js';

/** One record as the auditor shows it to a viewer, with the parts about one notice. */
interface Seen {
  /** For the federation alone. */
  readonly number?: number;
  readonly at: string;
  readonly frame: string;
  readonly originator: string;
}

export interface SeenReport extends Seen {
  readonly type: 'routing' | 'narrowing';
  /** Digests of the sets that decided; absent for a recipient. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly parts: readonly (NoticePart | SeenDecision | RefusalPart)[];
}

/** A recipient is told neither rules nor what was withheld without a word. */
export type SeenDecision = Omit<DecisionPart, 'rules' | 'withheld'> &
  Partial<Pick<DecisionPart, 'rules' | 'withheld'>>;

export interface SeenReceipt extends Seen {
  readonly type: 'receipt';
  readonly parts: readonly (ReceiptPart & { readonly from: string })[];
}

export type SeenRecord = SeenReport | SeenReceipt;

const TYPES: readonly unknown[] = ['routing', 'narrowing', 'receipt'];

/**
 * What the ledger says of a notice to this viewer, an organisation or `federation`; nothing for an unknown one. Rejects
 * with `auditor-silent`, and with `config-invalid` when the console may not ask.
 */
export type ReadDecisions = (viewer: string, id: NoticeId) => Promise<readonly SeenRecord[]>;

/** Asks the auditor once a question, whatever the answer is. */
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

/** Reads an answer of the auditor, which verified each part when it took it. Throws `auditor-silent` for another form. */
export function parseSeenRecords(answer: unknown): readonly SeenRecord[] {
  const { records } = Object(answer) as { readonly records?: unknown };
  if (Array.isArray(records) && records.every(isRecord)) return records;
  throw fail('auditor-silent', 'the auditor answers in another form');
}

function isRecord(value: unknown): value is SeenRecord {
  const { type, at, frame, originator, parts } = Object(value) as Partial<Record<keyof SeenRecord, unknown>>;
  const areWords = [at, frame, originator].every((word) => typeof word === 'string');
  return TYPES.includes(type) && areWords && Array.isArray(parts) && parts.every(isPart);
}

function isPart(value: unknown): boolean {
  const { type, jti } = Object(value) as { readonly type?: unknown; readonly jti?: unknown };
  return typeof type === 'string' && typeof jti === 'string';
}
