import { isHolding } from '../../shared/kernel/receipt-types.js';

/**
 * A revision that a record allowed to a recipient. `said`: the outcome that the recipient signed last;
 * undefined before its first receipt.
 */
export interface AllowedRevision {
  readonly recipient: string;
  readonly number: number;
  readonly said: string | undefined;
}

/**
 * A holder's answer to an action on the notice. `after`: the digest of the disclosures that it holds after
 * the action; null when it holds nothing.
 */
export interface AnsweredAction {
  readonly recipient: string;
  readonly number: number;
  readonly type: string;
  readonly after: string | null;
}

/**
 * Returns the holders of a notice, sorted: each recipient that a record allowed a revision of it, until it
 * signed that it holds nothing. A revision on its way counts as held, because a delivery cannot be taken
 * back. The order of the arguments' entries does not matter.
 */
export function holdersFrom(
  allowed: readonly AllowedRevision[],
  answers: readonly AnsweredAction[],
): readonly string[] {
  const erased = erasedUpTo(answers);
  const holds = ({ recipient, number, said }: AllowedRevision): boolean => {
    if (said === undefined) return true;
    return isHolding(said) && number > (erased.get(recipient) ?? 0);
  };
  return [...new Set(allowed.filter(holds).map(({ recipient }) => recipient))].toSorted();
}

/** Returns, by holder, the highest number of an action after which it signed that it holds nothing. */
function erasedUpTo(answers: readonly AnsweredAction[]): ReadonlyMap<string, number> {
  const erased = new Map<string, number>();
  for (const { recipient, number, type, after } of answers) {
    const isGone = (type === 'destroyed' && after === null) || type === 'not-held';
    if (isGone) erased.set(recipient, Math.max(erased.get(recipient) ?? 0, number));
  }
  return erased;
}
