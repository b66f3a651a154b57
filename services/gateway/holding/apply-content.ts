import type { Code } from '../../shared/kernel/errors.js';
import { dutiesBetween, type HolderDuty, termsOf } from '../../shared/notice/holding-terms.js';
import { applyItem } from '../../shared/notice/registers.js';
import { withoutSections } from './change-copy.js';
import { carryOutDuties, stillEarly } from './carry-out.js';
import { stillProving } from './proving-actions.js';
import type { HeldCopy, Holding, HoldingContext } from './holding.js';

/** A verified revision as it was delivered. */
export interface DeliveredContent {
  readonly number: number;
  /** SD-JWT digest. */
  readonly digest: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  readonly sdJwt: string;
}

/** The result of a delivered revision; `isNew` is true when it is the copy that is held now. */
export interface ContentStep {
  readonly holding: Holding;
  readonly type: 'held' | 'superseded' | 'rejected';
  readonly code?: Code;
  readonly isNew: boolean;
}

/**
 * Applies a delivered revision. It is held only if its number is the highest: without the sections that are
 * barred for this organisation, and with the sections that were unsealed before the revision came. A revision
 * that an end, a restrict or a higher number overtakes is `superseded`; an equal number with another digest
 * is rejected.
 */
export function applyContent(
  holding: Holding,
  { sdJwt, ...content }: DeliveredContent,
  context: HoldingContext,
): ContentStep {
  const { org } = context;
  const { state, outcome } = applyItem(holding.registers, { type: 'content', ...content });
  switch (outcome) {
    case 'conflict':
      return { holding, type: 'rejected', code: 'number-conflict', isNew: false };
    case 'ended':
    case 'ignored':
      return { holding: { ...holding, registers: state }, type: 'superseded', isNew: false };
    case 'known':
      return { holding, type: holding.copy === null ? 'superseded' : 'held', isNew: false };
    case 'applied': {
      const duties = dutiesBetween(termsOf(holding.registers, org), termsOf(state, org));
      const held = hold(sdJwt, duties, { early: holding.early, context });
      // A barred revision does not replace a copy that is kept on a ground.
      const copy = held ?? (holding.copy?.isKept ? holding.copy : null);
      const early = stillEarly(holding.early, state, org);
      const actions = stillProving(holding.actions, state, org);
      const next = { ...holding, registers: state, copy, early, actions };
      return { holding: next, type: held === null ? 'superseded' : 'held', isNew: held !== null };
    }
  }
}

function hold(
  delivered: string,
  duties: readonly HolderDuty[],
  { early, context }: { readonly early: readonly string[]; readonly context: HoldingContext },
): HeldCopy | null {
  const duty = duties.find((one) => one.type === 'hold');
  if (duty === undefined) return null;
  const sdJwt = duty.without.length === 0 ? delivered : withoutSections(delivered, duty.without);
  const copy: HeldCopy = {
    digest: duty.content,
    sdJwt,
    disclosed: context.disclosedOf(sdJwt),
    hiddenUntil: null,
    endsAt: 0,
    isKept: false,
  };
  const gains = duty.gains.map((gain): HolderDuty => ({ type: 'gain', ...gain }));
  return carryOutDuties({ copy, keep: null, early }, [...gains, ...duties], context).copy;
}
