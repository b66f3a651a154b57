import type { Sides, LayerChange, ChangedLayer } from './layer-change.js';

/** The combined decision of the layers asked so far, before and after, and the layers that changed. */
export interface Verdicts {
  readonly before: boolean;
  readonly after: boolean;
  readonly obligations: Sides;
  /** The layers that opened. */
  readonly opened: readonly ChangedLayer[];
  /** The layers that closed. */
  readonly closed: readonly ChangedLayer[];
  /** The layers whose decision is the same, by other rules, annotations or obligations. */
  readonly reasonChanged: readonly ChangedLayer[];
}

/** The combined decision before any layer is asked. */
export const ALL_OPEN: Verdicts = {
  before: true,
  after: true,
  obligations: { before: [], after: [] },
  opened: [],
  closed: [],
  reasonChanged: [],
};

/**
 * Adds the decision of one more layer. Once both versions are closed, later layers change nothing: the first closed
 * layer of each version is the reason.
 */
export function addLayerChange(verdicts: Verdicts, change: LayerChange): Verdicts {
  if (!verdicts.before && !verdicts.after) return verdicts;
  const { before, after, changed } = change;
  const next = {
    before: verdicts.before && before,
    after: verdicts.after && after,
    obligations: union(verdicts.obligations, change.obligations),
    opened: append(verdicts.opened, !before && after ? changed : undefined),
    closed: append(verdicts.closed, before && !after ? changed : undefined),
    reasonChanged: append(verdicts.reasonChanged, before === after ? changed : undefined),
  };
  return next.before || next.after ? next : closedAnew(verdicts, next);
}

/**
 * Combines the decisions when both versions are closed. A change is reported only if another layer, or another
 * rule of the same layer, closes the new version.
 */
function closedAnew(verdicts: Verdicts, { opened, closed, reasonChanged }: Verdicts): Verdicts {
  const obligations = ALL_OPEN.obligations;
  // When both were open until this layer, it closes both: only its own rules can differ.
  const changed =
    verdicts.before && verdicts.after
      ? reasonChanged.slice(verdicts.reasonChanged.length)
      : [...opened, ...closed, ...reasonChanged.filter(({ fails }) => fails)];
  return { before: false, after: false, obligations, opened: [], closed: [], reasonChanged: changed };
}

function append(changes: readonly ChangedLayer[], change: ChangedLayer | undefined): readonly ChangedLayer[] {
  return change === undefined ? changes : [...changes, change];
}

function union(a: Sides, b: Sides): Sides {
  return { before: merged(a.before, b.before), after: merged(a.after, b.after) };
}

function merged(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length === 0 ? a : [...new Set([...a, ...b])].toSorted();
}
