/** The item that a register is at: its number, and the digest of what was signed. */
export interface RegisterMark {
  readonly number: number;
  readonly digest: string;
}

/**
 * What became of an item. `applied`: its register is at it now. `known`: it was applied before. `ignored`: a newer item is in
 * force. `ended`: the notice has ended. `conflict`: its register is at its number with another digest (`number-conflict`).
 */
export type RegisterOutcome = 'applied' | 'known' | 'ignored' | 'ended' | 'conflict';

/** Returns what an item is to the marks that it may replace; `applied` if it is newer than all. */
export function compareMarks(
  marks: readonly (RegisterMark | null)[],
  { number, digest }: RegisterMark,
): Exclude<RegisterOutcome, 'ended'> {
  const present = marks.filter((mark) => mark !== null);
  const same = present.find((mark) => mark.number === number);
  if (same) return same.digest === digest ? 'known' : 'conflict';
  return present.some((mark) => mark.number > number) ? 'ignored' : 'applied';
}
