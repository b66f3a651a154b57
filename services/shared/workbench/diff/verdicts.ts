import type { Sides, Turn, Turned } from './layer-change.js';

/** What all layers say together, before and after, and the layers in which something turned. */
export interface Verdicts {
  readonly before: boolean;
  readonly after: boolean;
  readonly duties: Sides;
  /** The layers that were closed and are open. */
  readonly opened: readonly Turned[];
  /** The layers that were open and are closed. */
  readonly shut: readonly Turned[];
  /** The layers where only rules, words or obligations are others. */
  readonly retold: readonly Turned[];
}

export const ALL_OPEN: Verdicts = {
  before: true,
  after: true,
  duties: { before: [], after: [] },
  opened: [],
  shut: [],
  retold: [],
};

/**
 * Asks one more layer. What is closed in both versions stays so, and the first layer that is closed says why: what a later
 * one would say makes no difference.
 */
export function addTurn(verdicts: Verdicts, turn: Turn): Verdicts {
  if (!verdicts.before && !verdicts.after) return verdicts;
  const { before, after, turned } = turn;
  const next = {
    before: verdicts.before && before,
    after: verdicts.after && after,
    duties: union(verdicts.duties, turn.duties),
    opened: append(verdicts.opened, !before && after ? turned : undefined),
    shut: append(verdicts.shut, before && !after ? turned : undefined),
    retold: append(verdicts.retold, before === after ? turned : undefined),
  };
  return next.before || next.after ? next : closedAnew(verdicts, next);
}

/** Closed before and after: told anew only where another layer, or another rule of the same layer, closes it now. */
function closedAnew(verdicts: Verdicts, { opened, shut, retold }: Verdicts): Verdicts {
  const duties = ALL_OPEN.duties;
  // A layer that was open to both so far and closes to both: only its own rules can differ.
  const told =
    verdicts.before && verdicts.after ? retold.slice(verdicts.retold.length) : [...opened, ...shut];
  return { before: false, after: false, duties, opened: [], shut: [], retold: told };
}

function append(turns: readonly Turned[], turn: Turned | undefined): readonly Turned[] {
  return turn === undefined ? turns : [...turns, turn];
}

function union(a: Sides, b: Sides): Sides {
  return { before: merged(a.before, b.before), after: merged(a.after, b.after) };
}

function merged(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length === 0 ? a : [...new Set([...a, ...b])].toSorted();
}
