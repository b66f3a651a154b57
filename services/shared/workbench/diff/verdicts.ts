import type { Sides, Turn, Turned } from './layer-change.js';

/** The combined decision of the layers asked so far, before and after, and the layers that changed. */
export interface Verdicts {
  readonly before: boolean;
  readonly after: boolean;
  readonly duties: Sides;
  /** The layers that opened. */
  readonly opened: readonly Turned[];
  /** The layers that closed. */
  readonly shut: readonly Turned[];
  /** The layers whose decision is the same, by other rules, annotations or obligations. */
  readonly retold: readonly Turned[];
}

/** The combined decision before any layer is asked. */
export const ALL_OPEN: Verdicts = {
  before: true,
  after: true,
  duties: { before: [], after: [] },
  opened: [],
  shut: [],
  retold: [],
};

/**
 * Adds the decision of one more layer. Once both versions are closed, later layers change nothing: the first closed
 * layer of each version is the reason.
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

/**
 * Combines when both versions are closed: a difference only when another layer, or another rule of it, closes it now.
 */
function closedAnew(verdicts: Verdicts, { opened, shut, retold }: Verdicts): Verdicts {
  const duties = ALL_OPEN.duties;
  // When both were open until this layer, it closes both: only its own rules can differ.
  const changed =
    verdicts.before && verdicts.after ? retold.slice(verdicts.retold.length) : [...opened, ...shut];
  return { before: false, after: false, duties, opened: [], shut: [], retold: changed };
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
