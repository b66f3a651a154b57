import { actionItemsOf } from '../../shared/ledger/action-items.js';
import { RECALL_REASON } from '../../shared/ledger/recall.js';
import type { ActionVerb } from '../../shared/notice/action-verbs.js';
import {
  applyItem,
  EMPTY_REGISTERS,
  lifeEndOf,
  type NoticeRegisters,
  type RegisterItem,
  suspendedUntil,
} from '../../shared/notice/registers.js';
import { dueWarnings } from '../../shared/notice/warnings.js';
import { numberIn, type Revision } from './fold-decision.js';
import { answersIn, type HolderAnswers, revisionHolders, stepHolders } from './life-holders.js';
import type { SeenAction, SeenRecall, SeenRecord, SeenRequest } from './ledger-records.js';
import type { ShownNoticeLife, ShownStep } from './shown-notice-life.js';

/**
 * Shows the life of one originator's notice from the records that the viewer may see; `now` in milliseconds since 1970.
 * Undefined when no revision was accepted.
 */
export function showNoticeLife(
  revisions: readonly Revision[],
  records: readonly SeenRecord[],
  now: number,
): ShownNoticeLife | undefined {
  const accepted = revisions
    .filter(({ refused }) => refused === undefined)
    .toSorted((a, b) => numberIn(a.jti) - numberIn(b.jti));
  const [first] = accepted;
  if (first === undefined) return undefined;
  const { originator } = first;
  const own = records.filter((record) => record.originator === originator);
  const answered = answersIn(own);
  const registers = registersOf(accepted, own);
  const end = lifeEndOf(registers);
  const isExpired = end !== null && end <= now;
  // In the order of the ledger, whose times have a resolution of a second.
  const steps = records.flatMap((record) => [
    ...accepted.flatMap((revision, index) =>
      reportOf(revision) === record
        ? [revisionStep(revision, { isFirst: index === 0, record, answered })]
        : [],
    ),
    ...requestSteps(record, originator, own),
    ...(record.originator === originator
      ? [...actionSteps(record, answered), ...recallSteps(record, answered)]
      : []),
  ]);
  return {
    originator,
    ...stateOf(registers, now, isExpired),
    ends: end === null ? null : instant(end),
    isEnding: end !== null && dueWarnings({ reviewAt: null, endsAt: end }, now).length > 0,
    steps: isExpired ? [...steps, expiry(end, accepted)] : steps,
  };
}

function stateOf(
  registers: NoticeRegisters,
  now: number,
  isExpired: boolean,
): Pick<ShownNoticeLife, 'state' | 'suspendedUntil'> {
  const until = suspendedUntil(registers);
  const suspended = !isExpired && until !== null && until > now ? instant(until) : null;
  const running = isExpired ? 'expired' : suspended === null ? 'in force' : 'suspended';
  return { state: registers.end ? ENDED[registers.end.by] : running, suspendedUntil: suspended };
}

const ENDED = { withdraw: 'withdrawn', cancel: 'recalled', expired: 'expired' } as const;

const instant = (ms: number): string => new Date(ms).toISOString();

/** Applies what the viewer sees to the registers of a notice, as its holders do. */
function registersOf(revisions: readonly Revision[], records: readonly SeenRecord[]): NoticeRegisters {
  const contents = revisions.flatMap(({ jti, notice }): readonly RegisterItem[] =>
    notice === undefined
      ? []
      : [{ type: 'content', number: numberIn(jti), digest: notice.digest, expiresAt: notice.exp * 1000 }],
  );
  const recalls = records
    .flatMap(recallsIn)
    .flatMap(({ outcome, number, digest }): readonly RegisterItem[] =>
      outcome === 'cancelled' ? [{ type: 'cancel', number, digest }] : [],
    );
  const items = [...contents, ...records.flatMap(actionsIn).flatMap(itemsOf), ...recalls];
  return items.reduce((state, item) => applyItem(state, item).state, EMPTY_REGISTERS);
}

/** Leaves out the leaves: what they change for single holders does not change the state that the page shows. */
function itemsOf(action: SeenAction): readonly RegisterItem[] {
  return actionItemsOf({ ...action, listed: [] });
}

function actionsIn(record: SeenRecord): readonly SeenAction[] {
  if (record.type === 'receipt') return [];
  return record.parts.flatMap((part) => (part.type === 'action' ? [part] : []));
}

function recallsIn(record: SeenRecord): readonly SeenRecall[] {
  if (record.type === 'receipt') return [];
  return record.parts.flatMap((part) => (part.type === 'recall' ? [part] : []));
}

function requestsIn(record: SeenRecord, originator: string): readonly SeenRequest[] {
  if (record.type === 'receipt') return [];
  return record.parts.flatMap((part) => (part.type === 'request' && part.to === originator ? [part] : []));
}

const placeOf = ({ frame, number }: SeenRecord) => ({
  frame,
  ...(number === undefined ? {} : { record: number }),
});

/** Returns the first report on a revision; of one whose report the broker lost, its first receipt. */
function reportOf({ records }: Revision): SeenRecord | undefined {
  return records.find(({ type }) => type !== 'receipt') ?? records[0];
}

function revisionStep(
  revision: Revision,
  {
    isFirst,
    record,
    answered,
  }: { readonly isFirst: boolean; readonly record: SeenRecord; readonly answered: HolderAnswers },
): ShownStep {
  return {
    step: isFirst ? 'issued' : 'amended',
    at: record.at,
    reason: null,
    until: null,
    holders: revisionHolders(revision, record.at, answered),
    ...placeOf(record),
  };
}

const STEPS: Readonly<Record<ActionVerb, ShownStep['step']>> = {
  suspend: 'suspended',
  resume: 'resumed',
  withdraw: 'withdrawn',
  restrict: 'restricted',
  lift: 'lifted',
  extend: 'extended',
  unseal: 'unsealed',
  decline: 'declined',
  review: 'reviewed',
};

function actionSteps(record: SeenRecord, answered: HolderAnswers): readonly ShownStep[] {
  return actionsIn(record).map((action): ShownStep => {
    const until = action.until ?? action.expiresAt;
    return {
      step: STEPS[action.verb],
      at: record.at,
      reason: action.reason ?? null,
      until: until === undefined ? null : instant(until * 1000),
      holders: stepHolders(action, record.at, answered),
      ...placeOf(record),
    };
  });
}

/** Returns the proposal of a recall, and the recall, which is in force from its record on. */
function recallSteps(record: SeenRecord, answered: HolderAnswers): readonly ShownStep[] {
  return recallsIn(record).map(
    (recall): ShownStep => ({
      step: recall.outcome === 'cancelled' ? 'recalled' : 'recall proposed',
      at: record.at,
      reason: RECALL_REASON,
      until: null,
      holders: stepHolders({ ...recall, listed: [] }, record.at, answered),
      ...(recall.by === undefined ? {} : { by: recall.by }),
      ...placeOf(record),
    }),
  );
}

/** Returns the steps of a record's requests. A decline that names a request answers it, or an unseal of its section. */
function requestSteps(
  record: SeenRecord,
  originator: string,
  own: readonly SeenRecord[],
): readonly ShownStep[] {
  return requestsIn(record, originator).map((request): ShownStep => {
    const answer = answerTo(request, own, record.at);
    const word = answer?.verb === 'unseal' ? 'granted' : 'declined';
    const holder = {
      org: request.from,
      sections: [request.section],
      answer: answer === undefined ? null : word,
      code: null,
      at: answer?.at ?? null,
      owesSince: null,
    };
    const about = { reason: request.purpose, until: null, holders: [holder] };
    return { step: 'requested', at: record.at, ...about, ...placeOf(record) };
  });
}

function answerTo({ digest, from, section }: SeenRequest, records: readonly SeenRecord[], since: string) {
  const actions = records
    .filter(({ at }) => at >= since)
    .flatMap((record) => actionsIn(record).map(({ verb, listed }) => ({ verb, listed, at: record.at })));
  return actions.find(({ listed }) =>
    listed.some((leaf) => leaf.request === digest || (leaf.to === from && leaf.section === section)),
  );
}

/** The expiry, with what holders have signed since: the others report within about an hour and owe nothing yet. */
function expiry(end: number, revisions: readonly Revision[]): ShownStep {
  const gone = revisions.flatMap(({ recipients }) =>
    recipients.flatMap(({ org, receipts }) =>
      receipts
        .filter(({ part, record }) => part.type !== 'held' && Date.parse(record.at) >= end)
        .map(({ part, record }) => ({ org, answer: part.type, code: part.code ?? null, at: record.at })),
    ),
  );
  const last = new Map(gone.map((one) => [one.org, one]));
  return {
    step: 'expired',
    at: instant(end),
    reason: null,
    until: null,
    holders: [...last.values()].map((one) => ({ ...one, sections: null, owesSince: null })),
    frame: null,
  };
}
