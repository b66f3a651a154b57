import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { VerifiedChange } from '../../shared/ledger/receipt/change.js';
import type { VerifiedReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { Report } from '../../shared/ledger/record.js';
import type { ActionPart } from '../../shared/ledger/record-own-parts.js';
import { isEndingVerb } from '../../shared/notice/action-verbs.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';

/** The facts of a report about actions and requests. */
type ActFacts = Pick<Report, 'org' | 'frame' | 'issuedAt' | 'reason' | 'notices' | 'refusals'> &
  Pick<Report, 'actions' | 'acts' | 'unacts' | 'asks' | 'keyRequests' | 'releases' | 'beside'>;

/**
 * Returns when the memory of an action with this number (a time of signing in milliseconds) ends, in seconds
 * since 1970: no revision of its notice can live longer.
 */
export function memoryEnd(number: number): number {
  return seconds(after(new Date(number), RETENTION));
}

/** Returns how many items of a report count against the quota of its organisation: all but ends and bars. */
export function countedIn({ actions, ...others }: ActFacts): number {
  const { notices, refusals, asks, keyRequests, releases } = others;
  const counted = actions.filter((action) => !isEnding(action));
  return [notices, refusals, counted, asks, keyRequests, releases].reduce(
    (sum, { length }) => sum + length,
    0,
  );
}

/** Applies the actions and requests of a report to the projection. Call within a transaction, once for a record. */
export function applyActs(store: RouterStore, report: ActFacts): void {
  const { org, frame, issuedAt, actions, acts, unacts, asks, beside } = report;
  // In whole seconds, as in the record: the router that signed it stores the same time as one that reads it.
  const at = seconds(issuedAt) * 1000;
  const byDigest = new Map(actions.map((action) => [action.digest, action]));
  for (const [place, action] of actions.entries()) {
    const { digest, id, number, verb } = action;
    const wire = beside.actions?.[place];
    if (wire === undefined) continue;
    // A number may be far below the time of recording, from which the memory of the action then lasts.
    const exp = memoryEnd(Math.max(number, at));
    const bytes = frames.action.encode(wire);
    const extendsTo = action.expiresAt ?? null;
    store.actions.add({ originator: org, digest, id, number, verb, frame, at, extendsTo, exp, bytes });
    if (extendsTo !== null) store.notices.extend({ originator: org, id, number }, extendsTo);
  }
  for (const { to, digest } of acts) {
    const action = byDigest.get(digest);
    if (action === undefined) continue;
    const exp = memoryEnd(Math.max(action.number, at));
    const act = { originator: org, action: digest, recipient: to, frame, exp, isEnding: isEnding(action) };
    store.actions.addAct(act);
    store.deliveries.allow({ originator: org, frame, recipient: to }, exp);
  }
  for (const { to, digest } of unacts) {
    store.actions.unact({ originator: org, action: digest, recipient: to }, memoryEnd(at));
  }
  for (const { to, digest, id, section } of asks) {
    const exp = memoryEnd(at);
    store.asks.add({ holder: org, digest, originator: to, id, section, at, exp });
    store.deliveries.allow({ originator: org, frame, recipient: to }, exp);
  }
}

function isEnding({ verb }: ActionPart): boolean {
  return isEndingVerb(verb);
}

/** Applies the answers to actions in a receipt. Call within a transaction. */
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

/**
 * Applies a change of receipts. Its outcomes of unknown notices are kept until `forget` (seconds since 1970).
 * Call within a transaction.
 */
export function applyChange(
  { actions, notices }: RouterStore,
  { recipient, forget }: { readonly recipient: OrgId; readonly forget: number },
  {
    digest: change,
    originator,
    issuedAt,
    changes,
  }: Pick<VerifiedChange, 'digest' | 'originator' | 'issuedAt' | 'changes'>,
): void {
  const at = issuedAt.getTime();
  for (const { jti, type } of changes) {
    const isKnown = notices.revision(originator, jti) !== undefined;
    const exp = isKnown ? memoryEnd(at) : forget;
    actions.addChange({ originator, jti, recipient, change, type, at, exp });
  }
}

/** Applies the releases of a report to the projection: they wait for their judgement. Call within a transaction. */
export function applyReleases(
  { releases }: Pick<RouterStore, 'releases'>,
  { org, issuedAt, releases: parts, beside }: Pick<Report, 'org' | 'issuedAt' | 'releases' | 'beside'>,
): void {
  for (const [place, { digest, release, version }] of parts.entries()) {
    const signed = beside.releases?.[place];
    if (signed === undefined) continue;
    const { statement: token, files } = signed;
    releases.submit({
      org,
      statement: digest,
      digest: release,
      version,
      token,
      files,
      at: seconds(issuedAt) * 1000,
    });
  }
}
