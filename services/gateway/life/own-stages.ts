import { type Deadlines, DUTIES, type Duty } from '../../shared/notice/deadlines.js';
import { KINDS } from '../../shared/notice/kinds.js';
import {
  acceptedStage,
  recipientStages,
  type SignedWord,
  type StageContext,
  type StagedNotice,
  type StagedOrder,
} from '../../shared/notice/stages.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { claimedKid } from '../../shared/trust/parse-compact-jws.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { frames } from '../../shared/wire/frames.js';
import { showStage } from '../../shared/notice/shown-stage.js';
import type { Identity } from '../identity.js';
import { decisionsIn } from '../own-decisions.js';
import { partOf, requireSet } from '../signed-parts.js';

/** What the stages of own notices are read from. */
export interface OwnStagesDeps {
  readonly identity: Pick<Identity, 'clock' | 'org'>;
  readonly store: Pick<GatewayStore, 'settlement' | 'items'>;
  readonly deadlines: Deadlines;
}

/**
 * Returns the stages of a revision of an own notice from the signed statements that are stored; none for one that was lost,
 * or was never sent.
 */
export function viewOwnStages({ identity, store, deadlines }: OwnStagesDeps, own: OwnRow) {
  const context = { deadlines, now: identity.clock().getTime(), observer: identity.org };
  const notice = { kind: KINDS.find((kind) => kind === own.kind) ?? 'red', submitted: own.at };
  const reports = store.settlement.recordsOf(own.seq).map(readHead);
  const report = reports.filter(({ isNarrowing }) => !isNarrowing).at(-1);
  const { id, revision, state, code } = own;
  const isKnown = report !== undefined || state === 'queued';
  const word = state === 'refused' ? { word: 'refused', code: code ?? undefined } : { word: 'accepted' };
  const accepted = report === undefined ? undefined : { ...report.signed, ...word };
  return {
    id,
    revision,
    stages: isKnown ? [showStage(acceptedStage(notice, accepted, context))] : [],
    recipients: recipientsOf(store, own, { notice, reports, context }),
  };
}

interface ReportHead {
  readonly record: Uint8Array;
  readonly isNarrowing: boolean;
  readonly signed: Pick<SignedWord, 'at' | 'by' | 'kid'>;
}

/** Reads who signed a report or a narrowing, and when; it was verified when it arrived. */
function readHead(record: Uint8Array): ReportHead {
  const { statement } = requireSet(frames.record.decode(record).statement);
  const { iat, type } = partOf(claimsIn(statement));
  const signed = { at: Number(iat) * 1000, by: 'hub', kid: claimedKid(statement) };
  return { record, isNarrowing: type === 'narrowing', signed };
}

interface OwnFacts {
  readonly notice: StagedNotice;
  readonly reports: readonly ReportHead[];
  readonly context: StageContext;
}

function recipientsOf(
  { settlement, items }: OwnStagesDeps['store'],
  { seq, id, number }: OwnRow,
  { notice, reports, context }: OwnFacts,
) {
  const signed = new Map(settlement.signedReceiptsOf(seq).map((one) => [one.org, one]));
  const last = new Map(settlement.receiptsOf(seq).map((one) => [one.org, one]));
  const waiting = new Map(settlement.waitingOf(seq).map(({ org, status }) => [org, status ?? 'awaited']));
  const orders = ordersOn(items, id);
  return [...routedBy(reports, `${id}.${number}`)].map(([org, routed]) => {
    const [first, shown] = [signed.get(org), last.get(org)];
    const said = shown && {
      word: shown.type,
      code: shown.code ?? undefined,
      at: shown.at,
      by: org,
      kid: shown.kid,
    };
    const isSame = first === undefined || first.type === shown?.type;
    const receipt = isSame ? said : { word: first.type, at: first.at, by: org, kid: first.kid };
    const isDisputed = shown?.verified === false;
    const known = { routed, receipt, isDisputed, awaited: waiting.get(org), orders: orders.get(org) ?? [] };
    const stages = recipientStages(notice, { ...known, later: isSame ? undefined : said }, context);
    return { org, stages: stages.map(showStage) };
  });
}

const OUTCOMES = ['delivered', 'redacted', 'denied'];

/** Returns for each recipient the decision that leaves it least, which a narrowing may have made later. */
function routedBy(reports: readonly ReportHead[], jti: string): ReadonlyMap<string, SignedWord> {
  const routed = new Map<string, SignedWord>();
  for (const { record, signed } of reports.toSorted((a, b) => a.signed.at - b.signed.at))
    for (const { to, outcome, because } of decisionsIn(record, jti)) {
      const before = routed.get(String(to));
      const word = String(outcome);
      if (before !== undefined && OUTCOMES.indexOf(word) <= OUTCOMES.indexOf(before.word)) continue;
      routed.set(String(to), { ...signed, word, code: because === undefined ? undefined : String(because) });
    }
  return new Map([...routed].toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Returns the actions and recalls that were handed to each holder, oldest first. */
function ordersOn(items: GatewayStore['items'], id: string): ReadonlyMap<string, readonly StagedOrder[]> {
  const orders = new Map<string, StagedOrder[]>();
  const add = (org: string, order: StagedOrder): void => {
    orders.set(org, [...(orders.get(org) ?? []), order]);
  };
  for (const { seq, verb: named } of items.of('', id)) {
    const verb: Duty | undefined = DUTIES.find((duty) => duty === named);
    if (verb === undefined) continue;
    for (const { org, type, code, at, kid } of items.wordsOf(seq)) {
      const answer = { word: type, code: code ?? undefined, at, by: org, kid };
      add(org, { verb, since: undefined, answer });
    }
    for (const { org, since } of items.owedFor(seq)) add(org, { verb, since, answer: undefined });
  }
  return orders;
}
