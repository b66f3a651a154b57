import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { CommandRecord } from '../../shared/ledger/command-record.js';
import { recallFrame, recallNumber } from '../../shared/ledger/recall.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { everAllowed } from './ever-allowed.js';
import { memoryEnd } from './apply-acts.js';

/** The record of a command that carried out a recall. */
type RecallRecord = Pick<CommandRecord, 'digest' | 'org' | 'issuedAt' | 'part'>;

/**
 * Applies the record of a recall: it ends its notice like an action, and its originator and every organisation that was
 * allowed a revision owe an answer. Call within a transaction.
 */
export function applyRecall(store: RouterStore, { digest, org, issuedAt, part }: RecallRecord): void {
  const { notice: id, token } = part;
  if (id === undefined) return;
  // In whole seconds, as in the record: the router that signed it stores the same time as one that reads it.
  const at = seconds(issuedAt) * 1000;
  const [number, frame, exp] = [recallNumber(part), recallFrame(digest), memoryEnd(at)];
  const about = {
    originator: org,
    digest: token,
    id,
    number,
    verb: 'cancel',
    frame,
    at,
    extendsTo: null,
    exp,
  };
  store.actions.add({ ...about, bytes: new Uint8Array() });
  handRecall(store, org, id);
}

/**
 * Records that each recipient that was allowed a revision of a recalled notice, and its originator, owe an answer.
 * Called for the recall and again for each revision that is read after it; changes nothing when the notice has no
 * recall. Call within a transaction.
 */
export function handRecall(store: RouterStore, originator: OrgId, id: string): void {
  if (!store.actions.has(originator, id, 'cancel')) return;
  const allowed = store.notices.revisionsOf(originator, id).flatMap(({ jti }) => {
    const known = store.notices.byJti(originator, jti);
    return known === undefined ? [] : [...everAllowed(store, known)];
  });
  for (const { verb, digest: action, frame, exp } of store.actions.of(originator, id)) {
    if (verb !== 'cancel') continue;
    for (const recipient of new Set([originator, ...allowed])) {
      store.actions.addAct({ originator, action, recipient, frame, exp, isEnding: true });
      store.deliveries.allow({ originator, frame, recipient }, exp);
    }
  }
}
