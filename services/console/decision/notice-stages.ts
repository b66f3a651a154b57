import { groupBy } from '../../shared/kernel/group-by.js';
import {
  acceptedStage,
  recipientStages,
  type SignedWord,
  type StageContext,
  type StagedOrder,
} from '../../shared/notice/stages.js';
import { type ShownStage, showStage } from '../../shared/notice/shown-stage.js';
import { numberIn, type RecipientHistory, type Revision } from './fold-decision.js';
import type { SeenRecord } from './ledger-records.js';
import { answersIn, type HolderAnswers, stepHolders } from './life-holders.js';

/** What the stages of a revision are computed from, besides its own records. */
export interface StageSources {
  readonly context: StageContext;
  /** The actions on the notice, as `ordersIn` returns them; empty for an earlier revision. */
  readonly orders: ReadonlyMap<string, readonly StagedOrder[]>;
  /** True once the notice has ended or was amended: then no receipt is awaited. */
  readonly isOver: boolean;
}

/** What is known of the delivery to one recipient without a record, from status events. */
export interface HeardOfDelivery {
  /** `parked` or `deferred`; undefined if neither was heard of. */
  readonly waits: string | undefined;
}

/**
 * Returns the stages of a revision at one recipient, from `accepted` on, by the records of the ledger; null where the viewer may
 * not see the kind of the notice.
 */
export function stagesOf(
  { jti, notice, records }: Revision,
  { org, decided, receipts }: RecipientHistory,
  { context, orders, isOver, waits }: StageSources & HeardOfDelivery,
): readonly ShownStage[] | null {
  if (notice === undefined) return null;
  const staged = { kind: notice.attributes.kind, submitted: numberIn(jti) };
  const report = records.find(({ type }) => type === 'routing');
  const last = decided.at(-1);
  const routed = last && byHub(last.report.at, last.part.outcome, last.part.because);
  const words = receipts.map(({ record: { at }, part: { type, code } }): SignedWord => {
    return { word: type, code, at: Date.parse(at), by: org };
  });
  const receipt = words.find(({ word }) => word !== 'rejected') ?? words[0];
  const newest = words.at(-1);
  const isAwaited = !isOver && last !== undefined && last.part.outcome !== 'denied';
  const known = {
    routed,
    receipt,
    isDisputed: false,
    awaited: isAwaited ? (waits ?? 'awaited') : undefined,
    orders: orders.get(org) ?? [],
    later: newest?.word === receipt?.word ? undefined : newest,
  };
  return [
    acceptedStage(staged, report && byHub(report.at, 'accepted'), context),
    ...recipientStages(staged, known, context),
  ].map(showStage);
}

function byHub(at: string, word: string, code?: string): SignedWord {
  return { word, code, at: Date.parse(at), by: 'hub' };
}

/** Returns the actions and recalls that were handed to each holder of an originator's notice, with their answers. */
export function ordersIn(
  originator: string,
  records: readonly SeenRecord[],
): ReadonlyMap<string, readonly StagedOrder[]> {
  const own = records.filter((record) => record.originator === originator);
  const answered = answersIn(own);
  return groupBy(
    own.flatMap((record) => handedIn(record, answered)),
    ({ org }) => org,
  );
}

interface HandedOrder extends StagedOrder {
  readonly org: string;
}

/** Returns the orders that a record handed to each holder, without those that need no answer any more. */
function handedIn(record: SeenRecord, answered: HolderAnswers): readonly HandedOrder[] {
  if (record.type === 'receipt') return [];
  return record.parts.flatMap((part) => {
    const isInForce = part.type === 'action' || (part.type === 'recall' && part.outcome === 'cancelled');
    const verb = part.type === 'action' ? part.verb : 'cancel';
    // A lift is handed to nobody.
    if (!isInForce || verb === 'lift') return [];
    const listed = part.type === 'action' ? part.listed : [];
    return stepHolders({ ...part, listed }, record.at, answered).flatMap(
      ({ org, answer, code, at, owesSince }): readonly HandedOrder[] => {
        if (answer === null && owesSince === null) return [];
        const since = owesSince === null ? undefined : Date.parse(owesSince);
        const word = answer === null ? undefined : { word: answer, code: code ?? undefined, by: org };
        return [{ org, verb, since, answer: word && { ...word, at: Date.parse(at ?? '') } }];
      },
    );
  });
}
