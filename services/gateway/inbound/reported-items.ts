import { isEndingVerb } from '../../shared/notice/action-verbs.js';
import type { Report } from '../../shared/ledger/record.js';
import type { FrameContent, FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { RoutedItems } from '../../shared/store/gateway/gateway-item-words.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { oweMissedBars } from '../life/owe-missed-bars.js';
import { setOwnEnd } from '../life/own-end.js';
import { readStoredReport } from './stored-report.js';

/** What the parts of a report say about own actions and requests. */
export type ItemsReport = Pick<
  Report,
  | 'reason'
  | 'notices'
  | 'actions'
  | 'acts'
  | 'unacts'
  | 'asks'
  | 'keyRequests'
  | 'releases'
  | 'refusals'
  | 'issuedAt'
>;

/**
 * Stores what a report says about the own actions and requests of its frame, and what follows from it: when its
 * notices end, and the restrictions for each holder that is denied the newest revision, and for each that an earlier
 * restriction did not name or did not reach. Within the transaction that stores the report.
 */
export function storeReportedItems(
  store: GatewayStore,
  report: ItemsReport,
  { number, notices, items }: FrameContent,
): void {
  if (report.reason === 'routing' && items.length > 0) {
    store.items.routed(routedItems(report, { frame: number, items: new Set(items) }));
    for (const { digest, unnamed } of report.actions) oweUnnamed(store, digest, unnamed);
    for (const { digest } of report.refusals) reopenAsked(store, digest);
  }
  if (report.reason === 'narrowing') storeUnacts(store, report);
  if (report.reason === 'routing')
    for (const id of laterThanActions(store, report, notices)) store.items.sendAgain(id);
  for (const { id } of notices) store.holders.deriveRestrictions(id);
  if (report.reason === 'routing') {
    for (const id of datedAgain(store, { notices, items })) setOwnEnd(store, id);
    for (const id of barredAgain(store, { notices, items })) oweMissedBars(store, id);
  }
}

/**
 * Stores the holders to which the hub no longer hands own actions over. Ends and bars are left out: the hub hands them
 * to every holder, whatever a report says. A request whose answer is not handed over is open again.
 */
function storeUnacts(
  { items, asked }: Pick<GatewayStore, 'items' | 'asked'>,
  { unacts, issuedAt }: ItemsReport,
): void {
  for (const { digest, to } of unacts) {
    const item = items.byDigest(digest);
    if (item === undefined || isEndingVerb(item.verb)) continue;
    items.unacted({ digest, org: to, at: issuedAt.getTime() });
    asked.reopen(item);
  }
}

/**
 * The notices with actions that may have reached the hub before them: those that this report records, and those whose record
 * the hub signed after it refused, by this report, an action on them. The report of the refusal may arrive last.
 */
function laterThanActions(
  store: GatewayStore,
  { notices: parts, refusals, issuedAt }: ItemsReport,
  notices: FrameContent['notices'],
): ReadonlySet<string> {
  const recorded = new Set(parts.map(({ jti, digest }) => `${jti} ${digest}`));
  const isRecorded = (one: FramedNotice): boolean => recorded.has(`${one.id}.${one.number} ${one.digest}`);
  const early = refusals.filter(({ code }) => code === 'not-own-notice');
  const ids = early.flatMap(({ digest }) => store.items.byDigest(digest)?.id ?? []);
  const isLater = (id: string): boolean =>
    store.own.revisions(id).some(({ seq }) =>
      store.settlement
        .recordsOf(seq)
        .map(readStoredReport)
        .some((one) => one.reason === 'routing' && one.issuedAt >= issuedAt && names(one, id)),
    );
  return new Set([...notices.filter(isRecorded).map(({ id }) => id), ...ids.filter(isLater)]);
}

function names({ notices }: Pick<ItemsReport, 'notices'>, id: string): boolean {
  return notices.some(({ jti }) => jti.startsWith(`${id}.`));
}

/** The notices whose end a report on these revisions and items may change. */
function datedAgain(
  store: Pick<GatewayStore, 'own' | 'items'>,
  { notices, items }: Pick<FrameContent, 'notices' | 'items'>,
): ReadonlySet<string> {
  const extended = items.flatMap((digest) => {
    const item = store.items.byDigest(digest);
    return item?.verb === 'extend' ? [item.id] : [];
  });
  return new Set([...extended, ...amendedIn(store, notices)]);
}

/**
 * The notices with a revision or a restriction in this report, by which a restriction may have missed a holder. Leaves out
 * the report on a restriction that the gateway derived: it would derive another one for each holder that only it knows of.
 */
function barredAgain(
  store: Pick<GatewayStore, 'own' | 'items'>,
  { notices, items }: Pick<FrameContent, 'notices' | 'items'>,
): ReadonlySet<string> {
  const restricted = items.flatMap((digest) => {
    const item = store.items.byDigest(digest);
    return item?.verb === 'restrict' && !item.derived ? [item.id] : [];
  });
  return new Set([...restricted, ...amendedIn(store, notices)]);
}

function amendedIn({ own }: Pick<GatewayStore, 'own'>, notices: FrameContent['notices']): readonly string[] {
  return notices.filter(({ id }) => (own.find(id)?.revision ?? 1) > 1).map(({ id }) => id);
}

/** A decision counts for the item with its digest, as for notices (docs/architecture.md#rule-2). */
function routedItems(
  { actions, acts, asks, keyRequests, releases, refusals, issuedAt }: ItemsReport,
  { frame, items }: { readonly frame: number; readonly items: ReadonlySet<string> },
): RoutedItems {
  const isOwn = ({ digest }: { readonly digest: string }): boolean => items.has(digest);
  return {
    frame,
    at: issuedAt.getTime(),
    promised: [
      ...actions.filter(isOwn).map(({ digest }) => ({
        digest,
        orgs: acts.filter((act) => act.digest === digest).map(({ to }) => to),
      })),
      ...[...asks, ...keyRequests, ...releases].filter(isOwn).map(({ digest }) => ({ digest, orgs: [] })),
    ],
    refused: refusals.filter(isOwn).map(({ digest, code, ...rest }) => {
      const { number } = rest as { readonly number?: number };
      if (code === 'too-far-ahead') return { digest, code, number: 0 };
      return { digest, code, ...(number === undefined ? {} : { number }) };
    }),
  };
}

/** Refusals of an answer after which its request is not opened again: the answer is signed anew, or none is possible. */
const KEEPS_REQUEST_CLOSED: readonly string[] = [
  'superseded',
  'too-far-ahead',
  'request-answered',
  'notice-ended',
];

/** Opens a request again after the hub refused its answer, so that the originator can answer it in another way. */
function reopenAsked({ items, asked }: Pick<GatewayStore, 'items' | 'asked'>, digest: string): void {
  const item = items.byDigest(digest);
  if (item?.state === 'refused' && !KEEPS_REQUEST_CLOSED.includes(item.code ?? '')) asked.reopen(item);
}

/**
 * Stores an owed second restriction for holders that a restriction for everyone did not name, because this gateway
 * did not know of them.
 */
function oweUnnamed(
  { items, holders }: Pick<GatewayStore, 'items' | 'holders'>,
  digest: string,
  unnamed: readonly string[],
): void {
  const item = items.byDigest(digest);
  if (item?.fields.everyone !== true || unnamed.length === 0) return;
  const sections = item.fields.meant?.[0]?.sections;
  const named = unnamed.map((to) => (sections === undefined ? { to } : { to, sections }));
  holders.owe({ id: item.id, reason: item.fields.reason ?? 'by-originator', holders: named });
}
