import { MAX_NUMBER, type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { everAllowed } from '../ledger/ever-allowed.js';
import { type AllowedRevision, type AnsweredAction, holdersFrom } from './holders.js';

type Projection = Pick<RouterStore, 'notices' | 'deliveries' | 'actions'>;

/**
 * Returns the holders of a notice by the ledger: each recipient that a record allowed a revision of it, until
 * it signed that it holds nothing. A recipient that a later narrowing denied counts as well, because a copy
 * may have left before.
 */
export function holdersOn(store: Projection, originator: string, id: string): readonly OrgId[] {
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

function allowedOf(store: Projection, revision: Revision): readonly AllowedRevision[] {
  const { originator, jti, number } = revision;
  const known = store.notices.byJti(originator, jti);
  if (known === undefined) return [];
  const said = saidAbout(store, revision);
  return Array.from(everAllowed(store, known), (recipient) => ({
    recipient,
    number,
    said: said.get(recipient),
  }));
}

/**
 * Returns the outcome of a revision at each recipient: that of its newest change; without a change, `held` if
 * one of its receipts says so, else that of its last receipt.
 */
function saidAbout(
  { notices, deliveries, actions }: Projection,
  { originator, jti }: Revision,
): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const frame of notices.framesOf(originator, jti)) {
    for (const { recipient, listed } of deliveries.receiptsAbout(originator, frame, jti)) {
      if (said.get(recipient) !== 'held') said.set(recipient, typeIn(listed, jti));
    }
  }
  for (const { recipient, type } of actions.changesOf(originator, jti)) said.set(recipient, type);
  return said;
}

/** Returns the outcome of one notice in a receipt: `held` unless the receipt lists another one. */
function typeIn(listed: string, jti: string): string {
  const { except } = JSON.parse(listed) as {
    readonly except: readonly { readonly jti: string; readonly type: string }[];
  };
  return except.find((one) => one.jti === jti)?.type ?? 'held';
}

function answersOn({ actions }: Projection, originator: string, id: string): readonly AnsweredAction[] {
  // A recall counts above every revision. Its own number, a time of the hub's clock, can be below that of a revision.
  const numbers = new Map(
    actions.marksOf(originator, id).map(({ digest, number, verb }) => {
      return [digest, verb === 'cancel' ? MAX_NUMBER : number];
    }),
  );
  return actions.answersOn(originator, id).flatMap(({ action, recipient, type, after }) => {
    const number = numbers.get(action);
    // A recipient may answer `not-held` before the notice arrives, or about another revision: it stays a
    // holder.
    return number === undefined || type === 'not-held' ? [] : [{ recipient, number, type, after }];
  });
}
