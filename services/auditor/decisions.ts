import type { NoticeId, OrgId } from '../shared/kernel/ids.js';
import { eachSaid } from '../shared/ledger/others.js';
import type { HeldPart } from '../shared/ledger/record-parts.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';
import type { KeptEntry } from '../shared/store/append/archived-entry.js';
import { claimsOf, type RecordClaims, partsOf } from './record-facts.js';

/** The reader of an answer: one organisation, or the federation's own staff, who see everything. */
export type ViewerScope = OrgId | 'federation';

/** What one record says about a notice, as far as the viewer may see it. */
export interface Seen {
  /** Number of the record in the archive. For the federation alone: it would tell a member how many records others have. */
  readonly number?: number;
  readonly type: 'routing' | 'narrowing' | 'receipt';
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
 * notice; a recipient sees its own decision, once its own receipt shows that the notice was delivered. Empty when the viewer
 * may see nothing, exactly as for a notice that does not exist.
 */
export function decisionsFor(viewer: ViewerScope, statements: readonly NoticeStatement[]): readonly Seen[] {
  if (viewer === 'federation') return statements.map(withoutRecipient);
  const delivered = new Set(
    statements
      .filter(({ type, recipient }) => type === 'receipt' && recipient === viewer)
      .flatMap(({ originator, parts }) => parts.filter(isDelivered).map(({ jti }) => `${originator}/${jti}`)),
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
    if (isOwn(record)) return record;
    const { policies: _policies, directory: _directory, ...about } = record;
    const own = [...shown.values()].flatMap(({ first, last }) => (first === record ? [last] : []));
    return { ...about, parts: own.map(asDelivered) };
  };
  const shares = statements.map(share).filter(({ parts }) => parts.length > 0);
  return shares.map(withoutRecipient).map(withoutNumber);
}

const isDelivered = ({ type }: RecordClaims): boolean => type !== 'not-held';

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

/** Reads what one record says about a notice. */
export function statementsIn({ number, bytes }: KeptEntry, id: NoticeId): readonly NoticeStatement[] {
  const { statement, receipts } = frames.record.decode(bytes);
  if (statement === undefined || statement === null) return [];
  const claims = claimsOf(statement);
  const about = { number, at: new Date(Number(claims['iat']) * 1000).toISOString(), frame: claims['frame'] };
  if (claims['type'] === 'receipts') {
    return partsOf(statement).map(({ originator, delivery, recovered }, at) => ({
      ...about,
      type: 'receipt',
      frame: delivery,
      originator,
      recipient: claims['org'],
      parts: partsAbout(receipts[at], id).map((part) => ({ ...part, from: claims['org'], recovered })),
    }));
  }
  const type = claims['type'] === 'narrowing' ? 'narrowing' : 'routing';
  const { org: originator, directory, policies } = claims;
  const parts = partsAbout(statement, id);
  return [{ ...about, type, originator, recipient: undefined, directory, policies, parts }];
}

function partsAbout(set: SignedSet | undefined, id: NoticeId): readonly RecordClaims[] {
  const about = partsOf(set).filter(
    ({ type, jti }) => type === 'members' || (typeof jti === 'string' && jti.startsWith(`${id}.`)),
  );
  return eachSaid(about as unknown as readonly HeldPart[]).map((part) => ({ ...part }));
}
