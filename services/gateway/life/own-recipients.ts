import { fail } from '../../shared/kernel/errors.js';
import { type NoticeId, type OrgId, parseNoticeId } from '../../shared/kernel/ids.js';
import { seconds } from '../../shared/kernel/clock.js';
import {
  type ConcerningAction,
  type GivenSections,
  receiptAbout,
  type RecipientRecord,
  type RecipientsContent,
  type RecipientWord,
} from '../../shared/ledger/recipients/recipients.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { givenBy } from '../own-decisions.js';

type Store = Pick<GatewayStore, 'own' | 'settlement' | 'items'>;

/**
 * Collects the recipients of an own notice, each with the sections of every revision that it was allowed, the
 * later actions about it, and its signed word on each. A recipient stays listed after it erased its copy.
 * Undefined for an unknown notice. Throws `content-lost` if any revision was lost in a restore.
 */
export function recipientsOf(store: Store, named: string): RecipientsContent | undefined {
  const revisions = store.own.revisions(named);
  if (revisions.length === 0) return undefined;
  // A signed list without the recipients of these revisions and their sections would be false.
  if (revisions.some(({ state }) => state === 'lost'))
    throw fail('content-lost', 'the records on a revision were lost in a restore');
  const id = parseNoticeId(named);
  const given = new Map<string, GivenSections[]>();
  for (const own of revisions)
    for (const [org, one] of sectionsGivenIn(store, id, own))
      given.set(org, [...(given.get(org) ?? []), one]);
  const items = store.items.of('', id).filter(({ state }) => state === 'routed' || state === 'settled');
  const recipients = [...given]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([org, revisionsGiven]): RecipientRecord => ({
        org: org as OrgId,
        given: revisionsGiven,
        actions: items.flatMap((item) => concerning(store, item, org)),
      }),
    );
  return { id, recipients };
}

/** Returns the recipients that were given one revision, with their sections and their receipts. */
function sectionsGivenIn(
  store: Store,
  id: NoticeId,
  own: OwnRow,
): readonly (readonly [string, GivenSections])[] {
  const receipts = new Map(store.settlement.signedReceiptsOf(own.seq).map((one) => [one.org, one]));
  return givenBy(store, own).map(({ to, sections }) => {
    const word = wordOf(id, receipts.get(String(to)));
    return [String(to), { number: own.number, sections: sections as readonly string[], word }] as const;
  });
}

/**
 * Returns the action with the recipient's signed word; nothing if the action is listed for other holders
 * only.
 */
function concerning(
  store: Store,
  { seq, id, verb, number, fields }: ItemRow,
  org: string,
): readonly ConcerningAction[] {
  const meant = fields.meant?.find(({ to }) => to === org);
  if (fields.meant !== undefined && meant === undefined) return [];
  const sections = meant?.sections ?? (meant?.section === undefined ? undefined : [meant.section]);
  const said = store.items.wordsOf(seq).find((word) => word.org === org);
  const word = wordOf(parseNoticeId(id), said && { ...said, jws: said.receipt });
  return [{ verb, number, ...(sections === undefined ? {} : { sections }), word }];
}

/** A signed receipt, and what it says of one revision or action. */
interface SignedWord {
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kid: string;
  readonly jws: string;
}

function wordOf(id: NoticeId, said: SignedWord | undefined): RecipientWord | null {
  if (said === undefined) return null;
  const { type, at, kid, jws } = said;
  return { type, at: seconds(new Date(at)), kid, digest: digest(jws), receipt: receiptAbout(id, jws) };
}
