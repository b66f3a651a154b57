import type { Workspace } from '../../shared/workbench/workspace.js';
import { explainDecision } from './explain-decision.js';
import type { RecipientHistory, Revision } from './fold-decision.js';
import type { SeenDecision } from './ledger-records.js';
import { type StageSources, stagesOf } from './notice-stages.js';
import type { ShownEvent } from '../shown.js';
import type {
  ShownFacts,
  ShownRecipient,
  ShownRecord,
  ShownRevision,
  ShownHappening,
} from './shown-decision.js';

/** Other sources from which a revision is shown, besides its records. */
export interface Sources {
  /** Status events of all revisions, as the viewer may see them. */
  readonly heard: readonly ShownEvent[];
  /** Whether the viewer may see the rules. */
  readonly maySeeRules: boolean;
  /** Undefined while the live policies cannot be read. */
  readonly workspace: Workspace | undefined;
  readonly stages: StageSources;
}

/** Shows a revision: its record, and the outcome, stages, history and reasons for each recipient. */
export function showRevision(revision: Revision, sources: Sources): ShownRevision {
  const { jti, originator, notice, refused, recipients, records } = revision;
  const heard = sources.heard.filter((event) => event.jti === jti && event.originator === originator);
  return {
    jti,
    originator,
    notice: notice === undefined ? null : factsOf(notice),
    refused: refused ?? null,
    recipients: recipients
      .map((recipient) => showRecipient(recipient, revision, { ...sources, heard }))
      .toSorted((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome)),
    records: records.map(
      ({ type, at, frame, number }): ShownRecord => ({
        type,
        at,
        frame,
        ...(number === undefined ? {} : { number }),
      }),
    ),
  };
}

const OUTCOMES = ['delivered', 'redacted', 'unrecorded', 'denied'];

function factsOf(notice: NonNullable<Revision['notice']>): ShownFacts {
  const { attributes, approver = null, sections, exp } = notice;
  return { attributes: { ...attributes }, approver, sections, expires: new Date(exp * 1000).toISOString() };
}

function showRecipient(
  recipient: RecipientHistory,
  revision: Revision,
  { heard, maySeeRules, workspace, stages }: Sources,
): ShownRecipient {
  const { notice } = revision;
  const { org } = recipient;
  const last = recipient.decided.at(-1);
  const own = heard.filter((event) => event.recipient === org);
  return {
    org,
    ...outcomeOf(last?.part),
    stages: stagesOf(revision, recipient, { ...stages, waits: waitingIn(own) }),
    happened: happenedTo(recipient, own),
    why: last !== undefined && maySeeRules ? explainDecision(workspace, { ...last, notice }) : null,
  };
}

/** Returns the newest status event about a delivery, if it says that the delivery waits at the hub. */
function waitingIn(heard: readonly ShownEvent[]): string | undefined {
  const last = heard.findLast(({ event }) => HEARD[event] !== undefined)?.event;
  return last === 'parked' || last === 'deferred' ? last : undefined;
}

/** `unrecorded` where a receipt has no report: for a delivery whose report the broker lost. */
function outcomeOf(
  part: SeenDecision | undefined,
): Omit<ShownRecipient, 'org' | 'stages' | 'happened' | 'why'> {
  return {
    outcome: part?.outcome ?? 'unrecorded',
    because: part?.because ?? null,
    sections: part?.sections ?? [],
    advertised: part?.advertised ?? [],
    withheld: part?.withheld?.filter((section) => !part.advertised.includes(section)) ?? [],
    obligations: part?.obligations ?? [],
  };
}

/** The order of happenings with the same time, which is in whole seconds. */
const ORDER = ['recorded', 'narrowed', 'deferred', 'parked', 'delivered'];
/** The happenings that a status event reports if the ledger has no record of them. */
const HEARD: Readonly<Record<string, string>> = {
  delivered: 'delivered',
  redacted: 'delivered',
  parked: 'parked',
  deferred: 'deferred',
  recalled: 'recalled',
  expired: 'expired',
};

function happenedTo(
  { decided, receipts }: RecipientHistory,
  heard: readonly ShownEvent[],
): readonly ShownHappening[] {
  const happened: readonly ShownHappening[] = [
    ...decided.map(({ report: { type, at } }): ShownHappening => {
      return { what: type === 'narrowing' ? 'narrowed' : 'recorded', at, evidence: 'ledger', code: null };
    }),
    ...receipts.map(({ record: { at }, part: { type, code } }): ShownHappening => {
      return { what: type === 'held' ? 'received' : type, at, evidence: 'ledger', code: code ?? null };
    }),
    ...heard.flatMap((event): readonly ShownHappening[] => {
      const what = HEARD[event.event];
      if (what === undefined) return [];
      return [{ what, at: timeOf(event), evidence: 'heard', code: event.code ?? null }];
    }),
  ];
  return happened.toSorted((a, b) => secondOf(a) - secondOf(b) || rankOf(a) - rankOf(b));
}

/** Times of records have a resolution of one second. */
const secondOf = ({ at }: ShownHappening): number => Math.floor(Date.parse(at) / 1000);

function rankOf({ what }: ShownHappening): number {
  const at = ORDER.indexOf(what);
  return at === -1 ? ORDER.length : at;
}

/** Returns the publisher's time if it is valid, else the time the event was received. */
function timeOf({ at, heard }: ShownEvent): string {
  return at === undefined || Number.isNaN(Date.parse(at)) ? heard : at;
}
