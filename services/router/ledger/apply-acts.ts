import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { VerifiedChange } from '../../shared/ledger/receipt/change.js';
import type { VerifiedReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { Report } from '../../shared/ledger/record.js';
import type { ActionPart } from '../../shared/ledger/record-own-parts.js';
import { ENDING_VERBS, isActionVerb } from '../../shared/notice/action-verbs.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';

/** The facts of a report about actions and requests. */
type ActFacts = Pick<Report, 'org' | 'frame' | 'issuedAt' | 'reason' | 'notices' | 'refusals'> &
  Pick<Report, 'actions' | 'acts' | 'asks' | 'beside'>;

/** When the memory of an action ends, in seconds since 1970: no revision of its notice can live longer. A number is a time of signing. */
export function memoryEnd(number: number): number {
  return seconds(after(new Date(number), RETENTION));
}

/** The items of a report that count against the quota of its organisation: an end or a bar is held back by none. */
export function countedIn({ notices, refusals, actions, asks }: ActFacts): number {
  const counted = actions.filter((action) => !isEnding(action));
  return notices.length + refusals.length + counted.length + asks.length;
}

/** Applies the actions and requests of a report to the projection. Call within a transaction, once for a record. */
export function applyActs(store: RouterStore, report: ActFacts): void {
  const { org, frame, issuedAt, actions, acts, asks, beside } = report;
  // As the record says it, for the router that signed it, too.
  const at = seconds(issuedAt) * 1000;
  const verbs = new Map(actions.map((action) => [action.digest, action]));
  for (const [place, action] of actions.entries()) {
    const { digest, id, number, verb } = action;
    const wire = beside.actions?.[place];
    if (wire === undefined) continue;
    // A number may be low, whatever the time: the memory of an action is never shorter than that of its record.
    const exp = memoryEnd(Math.max(number, at));
    const bytes = frames.action.encode(wire);
    const extendsTo = action.expiresAt ?? null;
    store.actions.add({ originator: org, digest, id, number, verb, frame, at, extendsTo, exp, bytes });
    if (extendsTo !== null) store.notices.extend({ originator: org, id, number }, extendsTo);
  }
  for (const { to, digest } of acts) {
    const action = verbs.get(digest);
    if (action === undefined) continue;
    const exp = memoryEnd(Math.max(action.number, at));
    const act = { originator: org, action: digest, recipient: to, frame, exp, isEnding: isEnding(action) };
    store.actions.addAct(act);
    store.deliveries.allow({ originator: org, frame, recipient: to }, exp);
  }
  for (const { to, digest, id, section } of asks) {
    const exp = memoryEnd(at);
    store.asks.add({ holder: org, digest, originator: to, id, section, at, exp });
    store.deliveries.allow({ originator: org, frame, recipient: to }, exp);
  }
}

function isEnding({ verb }: ActionPart): boolean {
  return isActionVerb(verb) && ENDING_VERBS.has(verb);
}

/** Applies what a receipt says of actions. Call within a transaction. */
export function applyAnswers(
  { actions }: RouterStore,
  { originator, recipient, digest: receipt, issuedAt, actions: said }: VerifiedReceipt,
): void {
  const at = issuedAt.getTime();
  for (const { digest, id, type, code = null, before, after: left } of said) {
    const exp = memoryEnd(at);
    const about = { originator, action: digest, recipient, id, receipt };
    actions.answer({ ...about, type, code, before, after: left, at, exp });
  }
}

/** Applies a change of receipts. Call within a transaction. */
export function applyChange(
  { actions }: RouterStore,
  recipient: OrgId,
  {
    digest: change,
    originator,
    issuedAt,
    changes,
  }: Pick<VerifiedChange, 'digest' | 'originator' | 'issuedAt' | 'changes'>,
): void {
  const at = issuedAt.getTime();
  for (const { jti, type } of changes) {
    actions.addChange({ originator, jti, recipient, change, type, at, exp: memoryEnd(at) });
  }
}
