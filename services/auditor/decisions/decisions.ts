import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import { eachSaid } from '../../shared/ledger/report/spelled-out.js';
import type { HeldPart } from '../../shared/ledger/record-parts.js';
import type { ChangedNotice } from '../../shared/ledger/receipt/change.js';
import { outcomesOf } from '../../shared/ledger/receipt/outcomes.js';
import type { ReceiptContent } from '../../shared/ledger/receipt/receipt.js';
import type { OwnPart } from '../../shared/ledger/record-own-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import { digest } from '../../shared/trust/digest.js';
import { frames, type LedgerRecord } from '../../shared/wire/frames.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { answersToActions, lifeParts, ownLife } from './life-statements.js';
import { claimsOf, type RecordClaims, partsOf } from '../record-facts.js';
import { createRecallReader, withoutOperators } from './recall-statements.js';

/** The reader of an answer: one organisation, or the federation's own staff, who see everything. */
export type ViewerScope = OrgId | 'federation';

/** What one record says about a notice, as far as the viewer may see it. */
export interface Seen {
  /** Number of the record in the archive. For the federation alone: it would tell a member how many records others have. */
  readonly number?: number;
  readonly type: 'routing' | 'narrowing' | 'receipt' | 'recall';
  /** When the router signed the record. */
  readonly at: string;
  readonly frame: unknown;
  readonly originator: unknown;
  /**
   * Only for a report, and never shown to a recipient: the version of the directory and the digests of the
   * policy sets that decided.
   */
  readonly directory?: unknown;
  readonly policies?: unknown;
  readonly parts: readonly RecordClaims[];
}

/** The statement of one record about a notice, and who signed the receipt. */
export interface NoticeStatement extends Seen {
  /** The organisation that signed the receipt; undefined for a report. */
  readonly recipient: unknown;
}

/**
 * Selects what a viewer may see of the statements about a notice. The federation sees all; an originator sees all about its own
 * notice; a recipient sees its own decision and the actions that it was handed, once its own receipt shows that the notice was
 * delivered. Empty when the viewer may see nothing, exactly as for a notice that does not exist.
 */
export function decisionsFor(viewer: ViewerScope, statements: readonly NoticeStatement[]): readonly Seen[] {
  if (viewer === 'federation') return statements.map(withoutRecipient);
  const receipts = statements.filter(({ type, recipient }) => type === 'receipt' && recipient === viewer);
  const delivered = new Set(
    receipts.flatMap(({ originator, parts }) =>
      parts.filter(isDelivered).map(({ jti }) => `${originator}/${jti}`),
    ),
  );
  const originators = new Set(
    receipts.filter(({ parts }) => parts.some(isDelivered)).map(({ originator }) => originator),
  );
  const isOwn = ({ originator, recipient }: NoticeStatement): boolean =>
    originator === viewer || recipient === viewer;
  const opened = ({ originator, parts }: NoticeStatement): readonly RecordClaims[] =>
    parts.filter(
      ({ type, to, jti, outcome }) =>
        type === 'decision' && to === viewer && outcome !== 'denied' && delivered.has(`${originator}/${jti}`),
    );
  // A recipient sees its last decision, shown under the first record about it, so that a narrowing before the
  // delivery stays hidden.
  const shown = new Map<string, { readonly first: NoticeStatement; readonly last: RecordClaims }>();
  for (const record of statements) {
    for (const part of opened(record)) {
      const name = `${record.originator}/${part['jti']}`;
      shown.set(name, { first: shown.get(name)?.first ?? record, last: part });
    }
  }
  const share = (record: NoticeStatement): NoticeStatement => {
    if (isOwn(record)) return { ...record, parts: withoutOperators(record.parts) };
    const { policies: _policies, directory: _directory, ...about } = record;
    const own = [...shown.values()].flatMap(({ first, last }) => (first === record ? [last] : []));
    const life = ownLife(record.parts, { org: viewer, isHolder: originators.has(record.originator) });
    return { ...about, parts: [...own.map(asDelivered), ...life] };
  };
  const shares = statements.map(share).filter(({ parts }) => parts.length > 0);
  return shares.map(withoutRecipient).map(withoutNumber);
}

const isDelivered = ({ type, answer = type }: RecordClaims): boolean => answer !== 'not-held';

/**
 * Reduces a decision to what the delivery statement told the recipient: no rules, and no withheld section
 * that was not advertised.
 */
function asDelivered({ type, jti, to, sections, advertised, obligations }: RecordClaims): RecordClaims {
  const isRedacted = Array.isArray(advertised) && advertised.length > 0;
  const outcome = isRedacted ? 'redacted' : 'delivered';
  return { type, jti, to, outcome, sections, advertised, obligations };
}

function withoutRecipient({ recipient: _recipient, ...seen }: NoticeStatement): Seen {
  return seen;
}

function withoutNumber({ number: _number, ...seen }: Seen): Seen {
  return seen;
}

/**
 * Creates a function that reads what a record says about a notice. Call it with the records about the notice
 * in the order of the ledger: a receipt answers a whole delivery, and only the reports before it show which
 * notices that had.
 */
export function createStatementReader(id: NoticeId): (entry: KeptEntry) => readonly NoticeStatement[] {
  const reports = new Map<string, readonly OwnPart[]>();
  const readRecall = createRecallReader(id);
  return ({ number, bytes }) => {
    const record = frames.record.decode(bytes);
    const { statement } = record;
    if (statement === undefined || statement === null) return [];
    const claims = claimsOf(statement);
    const about = {
      number,
      at: new Date(Number(claims['iat']) * 1000).toISOString(),
      frame: claims['frame'],
    };
    if (claims['type'] === 'receipts') {
      const recipient = String(claims['org']);
      const answers = answersIn(record, { recipient, id, reports });
      return answers.map((answer, at) => ({
        ...about,
        ...receiptOf(answer, recipient, partsOf(statement)[at]),
      }));
    }
    const parts = partsOf(statement);
    const name = digest(statement.statement);
    const { org: originator, directory } = claims;
    if (claims['type'] === 'command') {
      const recall = readRecall.command({ name, originator, part: parts[0] });
      return [{ ...about, type: 'recall', originator, recipient: undefined, parts: recall }];
    }
    reports.set(name, parts as unknown as readonly OwnPart[]);
    const type = claims['type'] === 'narrowing' ? 'narrowing' : 'routing';
    const policies = parts.find((part) => part['type'] === 'basis')?.['policies'];
    const said = [
      ...partsAbout(parts, { id, originator: originator as OrgId, reason: type }),
      ...lifeParts(record, parts, id),
    ];
    readRecall.report({ type, originator, parts: said });
    return [{ ...about, type, originator, recipient: undefined, directory, policies, parts: said }];
  };
}

/** The statement of one receipt or change, without what all statements of its record share. */
function receiptOf(
  { said, ...answer }: Answer,
  from: string,
  part: RecordClaims | undefined,
): Omit<NoticeStatement, 'number' | 'at'> {
  const { recovered } = part ?? {};
  const parts = said.map((one) => ({ ...one, from, recovered }));
  return { type: 'receipt', recipient: from, ...answer, parts };
}

function partsAbout(
  parts: readonly RecordClaims[],
  { id, ...reported }: { readonly id: NoticeId } & Parameters<typeof eachSaid>[1],
): readonly RecordClaims[] {
  const about = parts.filter(
    ({ type, jti }) => type === 'members' || type === 'tree' || type === 'basis' || isRevisionOf(id, jti),
  );
  return eachSaid(about as unknown as readonly HeldPart[], reported).map((part) => ({ ...part }));
}

/** What one receipt or change says of the revisions of a notice. */
interface Answer {
  /** The frame whose delivery it is about. */
  readonly frame: unknown;
  readonly originator: unknown;
  readonly said: readonly RecordClaims[];
}

interface AnswersParams {
  readonly recipient: string;
  readonly id: NoticeId;
  /** The parts of the reports about the notice, by the digest of their statements. */
  readonly reports: ReadonlyMap<string, readonly OwnPart[]>;
}

/**
 * Reads what a record of receipts says of a notice: an answer for each receipt, then one for each listed
 * change.
 */
function answersIn({ receipts = [], changes = [] }: LedgerRecord, params: AnswersParams): readonly Answer[] {
  return [
    ...receipts.map((token) => {
      const claims = claimsOf({ statement: token });
      const { delivery: frame, originator } = claims;
      const outcomes = saidBy(claims as unknown as ReceiptContent, params);
      return { frame, originator, said: [...outcomes, ...answersToActions(claims, params.id)] };
    }),
    ...changes.flatMap((token) => {
      const { originator, changes: listed } = claimsOf({ statement: token });
      return (listed as readonly ChangedNotice[])
        .filter(({ jti }) => isRevisionOf(params.id, jti))
        .map(({ frame, index: _index, ...said }) => ({ frame, originator, said: [said] }));
    }),
  ];
}

/**
 * Returns the outcomes of a notice in a receipt; without all reports that the receipt names, only those that
 * it lists.
 */
function saidBy(receipt: ReceiptContent, { recipient, id, reports }: AnswersParams): readonly RecordClaims[] {
  const named = receipt.records.map((digest) => reports.get(digest));
  const known = named.every((parts) => parts !== undefined);
  const own = named.map((parts = []) => parts.filter((part) => 'to' in part && part.to === recipient));
  const outcomes = known ? outcomesOf(receipt, sharesLeft(own)) : undefined;
  const said = outcomes ?? receipt.except.map(({ index: _index, ...one }) => one);
  return said.filter(({ jti }) => isRevisionOf(id, jti)).map((one) => ({ ...one }));
}

/** True for the `jti` of a revision of this notice. */
function isRevisionOf(id: NoticeId, jti: unknown): boolean {
  return typeof jti === 'string' && jti.startsWith(`${id}.`);
}
