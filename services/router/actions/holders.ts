/** A revision that a record allowed to a recipient; `said` is the recipient's last word about it, undefined before its receipt. */
export interface AllowedRevision {
  readonly recipient: string;
  readonly number: number;
  readonly said: string | undefined;
}

/** What a holder signed about an action on the notice; `after` is the disclosed digest that it still holds, null for nothing. */
export interface AnsweredAction {
  readonly recipient: string;
  readonly number: number;
  readonly type: string;
  readonly after: string | null;
}

/**
 * Returns the holders of a notice, sorted: whoever a record allowed a revision of it, until it signed that it holds nothing.
 * A revision that is on its way makes a holder, too, because nothing can call it back. The facts may come in any order.
 */
export function holdersFrom(
  allowed: readonly AllowedRevision[],
  answers: readonly AnsweredAction[],
): readonly string[] {
  const erased = erasedUpTo(answers);
  const holds = ({ recipient, number, said }: AllowedRevision): boolean => {
    if (said === undefined) return true;
    return (said === 'held' || said === 'kept') && number > (erased.get(recipient) ?? 0);
  };
  return [...new Set(allowed.filter(holds).map(({ recipient }) => recipient))].toSorted();
}

/** For each holder the highest number of an action up to which it signed that nothing is left. */
function erasedUpTo(answers: readonly AnsweredAction[]): ReadonlyMap<string, number> {
  const erased = new Map<string, number>();
  for (const { recipient, number, type, after } of answers) {
    const isGone = (type === 'destroyed' && after === null) || type === 'not-held';
    if (isGone) erased.set(recipient, Math.max(erased.get(recipient) ?? 0, number));
  }
  return erased;
}
