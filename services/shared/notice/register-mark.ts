/** The item that is in force in a register: its number, and the digest of what was signed. */
export interface RegisterMark {
  readonly number: number;
  readonly digest: string;
}

/**
 * The outcome of an item. `applied`: the item changed its register. `known`: it was applied before.
 * `ignored`: a newer item is in force. `ended`: the notice has ended. `conflict`: an item with the same
 * number and another digest is in force (`number-conflict`).
 */
export type RegisterOutcome = 'applied' | 'known' | 'ignored' | 'ended' | 'conflict';

/** Compares an item with the marks that it may replace; `applied` if it is newer than all of them. */
export function compareMarks(
  marks: readonly (RegisterMark | null)[],
  { number, digest }: RegisterMark,
): Exclude<RegisterOutcome, 'ended'> {
  const present = marks.filter((mark) => mark !== null);
  const same = present.find((mark) => mark.number === number);
  if (same) return same.digest === digest ? 'known' : 'conflict';
  return present.some((mark) => mark.number > number) ? 'ignored' : 'applied';
}
