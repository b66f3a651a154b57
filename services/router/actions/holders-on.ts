import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { DecisionPart, DenialPart } from '../../shared/ledger/record-parts.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { recordedIn } from '../ledger/projection.js';
import { type AllowedRevision, type AnsweredAction, holdersFrom } from './holders.js';

type Facts = Pick<RouterStore, 'notices' | 'deliveries' | 'actions'>;

/**
 * Returns the holders of a notice by the ledger: whoever a record allowed a revision of it, also where a narrowing took it away
 * later, because a copy may have been on its way by then.
 */
export function holdersOn(store: Facts, originator: string, id: string): readonly OrgId[] {
  const allowed = store.notices
    .revisionsOf(originator, id)
    .flatMap(({ jti, number }) => allowedOf(store, { originator, jti, number }));
  return holdersFrom(allowed, answersOn(store, originator, id)).map(parseOrgId);
}

interface Revision {
  readonly originator: string;
  readonly jti: string;
  readonly number: number;
}

function allowedOf(store: Facts, revision: Revision): readonly AllowedRevision[] {
  const { originator, jti, number } = revision;
  const known = store.notices.byJti(originator, jti);
  if (known === undefined) return [];
  const narrowed = store.notices
    .narrowingsOf(known)
    .flatMap((text) => JSON.parse(text) as readonly (DecisionPart | DenialPart)[]);
  // A narrowing names only recipients that a record had allowed.
  const recipients = new Set([
    ...recordedIn(known).decisions.flatMap(({ to, outcome }) => (outcome === 'denied' ? [] : [to])),
    ...narrowed.flatMap((part) => (part.type === 'decision' ? [part.to] : [])),
  ]);
  const said = saidAbout(store, revision);
  return Array.from(recipients, (recipient) => ({ recipient, number, said: said.get(recipient) }));
}

/** What each recipient said about a revision: in its receipts, or later in a change. */
function saidAbout(
  { notices, deliveries, actions }: Facts,
  { originator, jti }: Revision,
): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const frame of notices.framesOf(originator, jti)) {
    for (const { recipient, jti: answered } of deliveries.receiptsByNotice(originator, frame)) {
      if (answered !== jti || said.get(recipient) === 'held') continue;
      const receipts = deliveries.receiptsFrom({ originator, frame, recipient });
      const types = receipts.map(({ listed }) => typeIn(listed, jti));
      said.set(recipient, types.includes('held') ? 'held' : (types.at(-1) ?? 'held'));
    }
  }
  for (const { recipient, type } of actions.changesOf(originator, jti)) said.set(recipient, type);
  return said;
}

/** What a receipt says of one notice: what it lists, or that it is held as delivered. */
function typeIn(listed: string, jti: string): string {
  const { except } = JSON.parse(listed) as {
    readonly except: readonly { readonly jti: string; readonly type: string }[];
  };
  return except.find((one) => one.jti === jti)?.type ?? 'held';
}

function answersOn({ actions }: Facts, originator: string, id: string): readonly AnsweredAction[] {
  const numbers = new Map(actions.of(originator, id).map(({ digest, number }) => [digest, number]));
  return actions.answersOn(originator, id).flatMap(({ action, recipient, type, after }) => {
    const number = numbers.get(action);
    // `not-held` may be said before the notice comes, or about another revision: it makes nobody no holder.
    return number === undefined || type === 'not-held' ? [] : [{ recipient, number, type, after }];
  });
}
