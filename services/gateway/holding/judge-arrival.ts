import type { Code } from '../../shared/kernel/errors.js';
import type {
  Holdings,
  NewHolding,
  StoredChange,
  StoredHolding,
} from '../../shared/store/gateway/gateway-holdings.js';
import type { NewHeld } from '../../shared/store/gateway/gateway-deliveries.js';
import { applyAction, type HolderAction } from './apply-action.js';
import { applyContent } from './apply-content.js';
import type { GivenAnswer, Holding, HoldingChange, HoldingContext } from './holding.js';
import { readHolding, storedForm } from './stored-holding.js';

/**
 * The verified content of a delivery from one originator: its actions, which are applied first, and its
 * notices.
 */
export interface ArrivedItems {
  readonly actions: readonly HolderAction[];
  readonly notices: readonly NewHeld[];
}

interface JudgingArrival extends HoldingContext, Pick<Holdings, 'read' | 'version'> {
  readonly originator: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** The outcome of a notice that has actions. */
export interface NoticeOutcome {
  readonly type: 'held' | 'superseded' | 'rejected';
  readonly code?: Code;
  /** Digest of the disclosures that are held; null if nothing is held. */
  readonly held: string | null;
}

/** The answers to a delivery, and what is stored of it. */
export interface ArrivalJudgement {
  /** One for each action, in order. */
  readonly answers: readonly GivenAnswer[];
  /** The outcome of each notice that has actions; for the others the number rule alone applies (`judge`). */
  readonly outcomes: ReadonlyMap<NewHeld, NoticeOutcome>;
  /** The notices of `outcomes` that are new in the inbox, with only the sections that may be held. */
  readonly held: readonly NewHeld[];
  /** The holdings to store after `held`. */
  readonly writes: readonly NewHolding[];
  /** For each notice of the delivery, the version of its holding on which this judgement is based. */
  readonly versions: readonly { readonly id: string; readonly version: number }[];
}

/** The holding of one notice while a delivery is judged. */
interface Work {
  readonly stored: StoredHolding;
  holding: Holding;
  changes: readonly HoldingChange[];
  held: NewHeld | undefined;
}

/** Applies the actions of a delivery, then its notices, to the stored holdings, without writing them. */
export function judgeArrival({ actions, notices }: ArrivedItems, judging: JudgingArrival): ArrivalJudgement {
  const works = new Map<string, Work>();
  const workOn = (id: string): Work => {
    const stored = judging.read(judging.originator, id);
    const work = works.get(id) ?? { stored, holding: readHolding(stored), changes: [], held: undefined };
    works.set(id, work);
    return work;
  };
  const answers = actions.map((action) => act(workOn(action.id), action, judging));
  const outcomes = new Map<NewHeld, NoticeOutcome>();
  // Within a delivery the newest revision counts first.
  for (const notice of notices.toSorted((a, b) => b.number - a.number)) {
    const isTouched = works.has(notice.id) || judging.version(judging.originator, notice.id) > 0;
    if (isTouched) outcomes.set(notice, take(workOn(notice.id), notice, judging));
  }
  const all = [...works.values()];
  return {
    answers,
    outcomes,
    held: all.flatMap(({ held }) => (held ? [held] : [])),
    writes: [...works].map(([id, work]) => writeOf(id, work, judging)),
    versions: [...new Set([...works.keys(), ...notices.map(({ id }) => id)])].map((id) => ({
      id,
      version: works.get(id)?.stored.version ?? 0,
    })),
  };
}

function act(work: Work, action: HolderAction, context: HoldingContext): GivenAnswer {
  const { holding, answer, changes } = applyAction(work.holding, action, context);
  work.holding = holding;
  work.changes = [...work.changes, ...changes];
  return answer;
}

function take(work: Work, notice: NewHeld, context: HoldingContext): NoticeOutcome {
  const { number, digest, exp, sdJwt } = notice;
  const content = { number, digest, expiresAt: exp * 1000, sdJwt };
  const { holding, type, code, isNew } = applyContent(work.holding, content, context);
  work.holding = holding;
  const { copy } = holding;
  if (isNew && copy) work.held = { ...notice, sdJwt: copy.sdJwt, disclosed: copy.disclosed };
  return { type, held: type === 'held' && copy ? copy.disclosed : null, ...(code && { code }) };
}

function writeOf(
  id: string,
  { stored, holding, changes, held }: Work,
  { originator, at }: JudgingArrival,
): NewHolding {
  const reviewAt = held?.reviewAt ?? stored.copy?.reviewAt ?? null;
  const told = changes.map(({ name, ...detail }): StoredChange => ({ name, detail: JSON.stringify(detail) }));
  // The event of a new revision covers every other change but an end or a suspension.
  const shown = held ? told.filter(({ name }) => name === 'ended' || name === 'suspended') : told;
  return {
    originator,
    id,
    version: stored.version,
    changes: shown,
    ...storedForm(holding, { at, reviewAt }),
  };
}
