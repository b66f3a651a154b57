import type { NoticeId, OrgId } from '../shared/kernel/ids.js';
import { eachSaid } from '../shared/ledger/others.js';
import type { HeldPart } from '../shared/ledger/record-parts.js';
import { frames, type SignedSet } from '../shared/wire/frames.js';
import type { KeptEntry } from './archive.js';
import { claimsOf, type RecordClaims, partsOf } from './record-facts.js';

/** In whose name something is looked up. */
export type ViewerScope = OrgId | 'federation';

/** What one record says of a notice, as far as the viewer may see it. */
export interface Seen {
  /** Of the record in the auditor's file; for the federation alone, as it counts everybody's records. */
  readonly number?: number;
  readonly type: 'routing' | 'narrowing' | 'receipt';
  /** When the router signed the record. */
  readonly at: string;
  readonly frame: unknown;
  readonly originator: unknown;
  /** Of a report: the version of the directory and the digests of the policy sets that decided; not for a recipient. */
  readonly directory?: unknown;
  readonly policies?: unknown;
  readonly parts: readonly RecordClaims[];
}

interface Spoken extends Seen {
  /** Who sent the receipt; undefined for a report. */
  readonly recipient: unknown;
}

/**
 * What the ledger says of a notice: all of it to the federation's auditor; to its originator all of its own notice; to a
 * recipient its own decision, once its own receipt shows that the notice was delivered. Empty when there is nothing,
 * which must look the same as a notice that does not exist.
 */
export function decisionsFor(
  viewer: ViewerScope,
  id: NoticeId,
  entries: readonly KeptEntry[],
): readonly Seen[] {
  const spoken = entries.flatMap((entry) => speak(entry, id));
  if (viewer === 'federation') return spoken.map(withoutRecipient);
  const delivered = new Set(
    spoken
      .filter(({ type, recipient }) => type === 'receipt' && recipient === viewer)
      .flatMap(({ originator, parts }) => parts.filter(isDelivered).map(({ jti }) => `${originator}/${jti}`)),
  );
  const isOwn = ({ originator, recipient }: Spoken): boolean => originator === viewer || recipient === viewer;
  const opened = ({ originator, parts }: Spoken): readonly RecordClaims[] =>
    parts.filter(
      ({ type, to, jti, outcome }) =>
        type === 'decision' && to === viewer && outcome !== 'denied' && delivered.has(`${originator}/${jti}`),
    );
  // What was narrowed before it left is nothing that the recipient was ever told: neither what, nor when, nor that it was.
  const told = new Map<string, { readonly first: Spoken; readonly last: RecordClaims }>();
  for (const record of spoken) {
    for (const part of opened(record)) {
      const name = `${record.originator}/${part['jti']}`;
      told.set(name, { first: told.get(name)?.first ?? record, last: part });
    }
  }
  const share = (record: Spoken): Spoken => {
    if (isOwn(record)) return record;
    const { policies: _policies, directory: _directory, ...about } = record;
    const own = [...told.values()].flatMap(({ first, last }) => (first === record ? [last] : []));
    return { ...about, parts: own.map(asDelivered) };
  };
  const shares = spoken.map(share).filter(({ parts }) => parts.length > 0);
  return shares.map(withoutRecipient).map(withoutNumber);
}

const isDelivered = ({ type }: RecordClaims): boolean => type !== 'not-held';

/** Only what the delivery statement said to the recipient: no rule, and no section withheld without a word. */
function asDelivered({ type, jti, to, sections, advertised, obligations }: RecordClaims): RecordClaims {
  const isRedacted = Array.isArray(advertised) && advertised.length > 0;
  const outcome = isRedacted ? 'redacted' : 'delivered';
  return { type, jti, to, outcome, sections, advertised, obligations };
}

function withoutRecipient({ recipient: _recipient, ...seen }: Spoken): Seen {
  return seen;
}

function withoutNumber({ number: _number, ...seen }: Seen): Seen {
  return seen;
}

function speak({ number, bytes }: KeptEntry, id: NoticeId): readonly Spoken[] {
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
