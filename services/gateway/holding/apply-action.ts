import {
  dutiesBetween,
  type HolderDuty,
  type HoldingTerms,
  termsOf,
} from '../../shared/notice/holding-terms.js';
import type { RegisterOutcome } from '../../shared/notice/register-mark.js';
import { applyItem } from '../../shared/notice/registers.js';
import type { ActionItem } from '../../shared/ledger/action-items.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import { MAX_NOTICE_ACTIONS } from '../../shared/notice/action-verbs.js';
import { sectionsOfCopy } from './change-copy.js';
import { carryOutDuties, stillEarly } from './carry-out.js';
import { stillProving } from './proving-actions.js';
import type { GivenAnswer, HeldCopy, Holding, HoldingChange, HoldingContext } from './holding.js';

/** A verified action, as far as it is about this holder. */
export interface HolderAction {
  /** Digest of the action. */
  readonly digest: string;
  readonly id: string;
  /** Null for a decline, which answers a request and changes nothing that is held. */
  readonly item: ActionItem | null;
  readonly reason: string | null;
  /** The disclosure that an unseal brings. */
  readonly disclosure?: string | undefined;
  /** Digest of the own request that a decline answers. */
  readonly declines?: string;
  /** The signed parts that prove the action later; null for a recall, after which no copy is shown. */
  readonly proof: HeldAction | null;
}

/** The result of an action. */
export interface ActionStep {
  readonly holding: Holding;
  readonly answer: GivenAnswer;
  readonly changes: readonly HoldingChange[];
}

/**
 * All actions that the hub records on one notice, and a withdrawal: a restored gateway compares them with
 * those that the hub lists.
 */
const MAX_ANSWERS = MAX_NOTICE_ACTIONS + 1;

/**
 * Applies an action to what is held. A repeated action gets its first answer again, because the receipt may
 * have been lost. An action below a newer one of its register changes nothing and is answered `superseded`,
 * never `destroyed`.
 */
export function applyAction(holding: Holding, action: HolderAction, context: HoldingContext): ActionStep {
  const first = holding.answers.find(({ digest }) => digest === action.digest);
  if (first) return { holding, answer: first, changes: [] };
  const { item } = action;
  if (item === null) return { holding, answer: answerDecline(action, holding), changes: [] };
  const { org } = context;
  const { state, outcome } = applyItem(holding.registers, item);
  // Once the notice has ended, a copy is erased even if it came after the end.
  const duties: readonly HolderDuty[] =
    state.end !== null && holding.copy !== null
      ? [{ type: 'erase' }]
      : dutiesBetween(termsOf(holding.registers, org), termsOf(state, org));
  const arrived = action.disclosure === undefined ? [] : [action.disclosure];
  const early = [...holding.early, ...arrived];
  const { copy, code } = carryOutDuties({ ...holding, early }, duties, context);
  const judged = {
    ...judge(item, { holding, copy, outcome, terms: termsOf(state, org) }),
    ...(code && ({ type: 'rejected', code } as const)),
  };
  const answer: GivenAnswer = {
    digest: action.digest,
    id: action.id,
    ...judged,
    before: holding.copy?.disclosed ?? null,
    after: copy?.disclosed ?? null,
  };
  const answers = [...holding.answers, answer].slice(-MAX_ANSWERS);
  // A rejected unseal added nothing to the copy, so it proves nothing of it.
  const proving = code === undefined && action.proof ? [...holding.actions, action.proof] : holding.actions;
  const left = { early: stillEarly(early, state, org), actions: stillProving(proving, state, org) };
  return {
    holding: { ...holding, registers: state, copy, answers, ...left },
    answer,
    changes: holding.copy ? changesOf(action, duties, { before: holding.copy, copy }) : [],
  };
}

function answerDecline({ digest, id }: HolderAction, { copy }: Holding): GivenAnswer {
  const held = copy?.disclosed ?? null;
  return { digest, id, type: copy === null ? 'not-held' : 'held', before: held, after: held };
}

interface Judging {
  /** Before the action. */
  readonly holding: Holding;
  readonly copy: HeldCopy | null;
  readonly outcome: RegisterOutcome;
  /** After the action. */
  readonly terms: HoldingTerms;
}

function judge(item: ActionItem, judging: Judging): Pick<GivenAnswer, 'type' | 'code'> {
  switch (judging.outcome) {
    case 'conflict':
      return { type: 'rejected', code: 'number-conflict' };
    case 'ended':
      return { type: 'not-held', code: 'notice-ended' };
    case 'ignored':
      return { type: 'superseded' };
    case 'known':
    case 'applied':
      return answerInForce(item, judging);
  }
}

function answerErased({ keep, copy }: Pick<Holding, 'keep' | 'copy'>): Pick<GivenAnswer, 'type' | 'code'> {
  return keep !== null && copy?.isKept ? { type: 'kept', code: keep } : { type: 'destroyed' };
}

function answerInForce(
  item: ActionItem,
  { holding: { copy: before, keep }, copy, terms }: Omit<Judging, 'outcome'>,
): Pick<GivenAnswer, 'type' | 'code'> {
  if (before === null) return { type: 'not-held' };
  switch (item.type) {
    case 'withdraw':
    case 'cancel':
      return answerErased({ keep, copy });
    case 'restrict':
      // A newer unseal of the held revision can let the holder keep every section that is named.
      if (terms.content !== null && item.sections?.some((one) => terms.without.includes(one)) === false)
        return { type: 'superseded' };
      return answerErased({ keep, copy });
    case 'unseal':
      // An unseal is for one revision, which may be another one than the held one.
      return item.notice === before.digest ? { type: 'held' } : { type: 'not-held' };
    case 'suspend':
    case 'resume':
    case 'extend':
      return { type: 'held' };
  }
}

/**
 * Returns the changes that local systems are notified of: none for a duty without effect, and none for a copy
 * that is kept on a ground, which is not shown to them.
 */
function changesOf(
  { reason }: HolderAction,
  duties: readonly HolderDuty[],
  { before, copy }: { readonly before: HeldCopy; readonly copy: HeldCopy | null },
): readonly HoldingChange[] {
  if (before.isKept) return [];
  return duties.flatMap((duty): HoldingChange[] => {
    switch (duty.type) {
      case 'erase':
        return [{ name: 'ended', reason }];
      case 'erase-sections': {
        if (copy?.isKept) return [{ name: 'ended', reason }];
        const held: readonly string[] = sectionsOfCopy(before.sdJwt);
        const sections = duty.sections.filter((section) => held.includes(section));
        return sections.length === 0 ? [] : [{ name: 'restricted', reason, sections }];
      }
      case 'gain':
        if (copy?.sdJwt === before.sdJwt) return [];
        return [{ name: 'unsealed', reason, sections: [duty.section] }];
      case 'hide':
        return [{ name: 'suspended', reason }];
      case 'show':
        return [{ name: 'resumed', reason }];
      case 'set-end':
        return [{ name: 'extended', reason }];
      case 'hold':
        return [];
    }
  });
}
