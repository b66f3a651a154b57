import { childOf, type Diagram } from './diagram.js';
import type { DistinguishedValues, KindSpace } from './kind-space.js';
import type { Assignment } from './variables.js';

/** A value that a diagram takes for notices of a kind. */
export interface ReachedValue<T> {
  readonly value: T;
  /** How many distinguishable notices have this value, or may have it by a comparison that is not analysed. */
  readonly points: bigint;
  /** In how many variables the witness differs from the plainest notice. */
  readonly distance: number;
  /** The plainest notice that has this value. */
  readonly witness: Assignment;
}

interface ReachContext {
  readonly space: KindSpace;
  readonly distinguished: DistinguishedValues;
  /**
   * How many variables are attributes. Later variables are comparisons that are not analysed, and do not
   * count.
   */
  readonly levels: number;
}

/** The paths from a branch to one value. */
interface Found<T> {
  readonly value: T;
  readonly points: bigint;
  readonly distance: number;
  readonly step?: { readonly level: number; readonly index: number; readonly next: Found<T> };
}

type FoundById<T> = ReadonlyMap<number, Found<T>>;

/** Returns every value that the diagram takes, in a fixed order. Visits each branch once. */
export function reachedValues<T>(diagram: Diagram<T>, context: ReachContext): readonly ReachedValue<T>[] {
  const known = new Map<number, FoundById<T>>();
  const between = createBetween(context);
  const visit = (node: Diagram<T>): FoundById<T> => {
    if (node.type === 'leaf') return new Map([[node.id, { value: node.value, points: 1n, distance: 0 }]]);
    const before = known.get(node.id);
    if (before !== undefined) return before;
    const found = new Map<number, Found<T>>();
    const { level } = node;
    for (const [order, index] of context.space.allowed(level).entries()) {
      const child = childOf(node, { level, index });
      const isDistinguished = context.distinguished(level).includes(index);
      for (const [id, next] of visit(child)) {
        const points = isDistinguished ? next.points * between(level + 1, child.level) : 0n;
        const distance = next.distance + (order === 0 ? 0 : 1);
        found.set(id, nearer(found.get(id), { ...next, points, distance, step: { level, index, next } }));
      }
    }
    known.set(node.id, found);
    return found;
  };
  return [...visit(diagram).values()].map((found) => ({
    value: found.value,
    points: found.points * between(0, diagram.level),
    distance: found.distance,
    // Computed on demand: callers read few witnesses.
    get witness() {
      return witnessOf(found, context);
    },
  }));
}

function nearer<T>(before: Found<T> | undefined, found: Found<T>): Found<T> {
  if (before === undefined) return found;
  return { ...(found.distance < before.distance ? found : before), points: before.points + found.points };
}

/**
 * Returns a function that counts the combinations of the variables from level `low` up to but not including
 * `high`.
 */
function createBetween({ distinguished, levels }: ReachContext): (from: number, to: number) => bigint {
  const from: bigint[] = [];
  from[levels] = 1n;
  for (let level = levels - 1; level >= 0; level -= 1) {
    const below = from[level + 1] ?? 1n;
    const count = distinguished(level).length;
    from[level] = count === 1 ? below : below * BigInt(count);
  }
  const at = (level: number): bigint => from[Math.min(level, levels)] ?? 1n;
  return (low, high) => at(low) / at(high);
}

function witnessOf<T>(found: Found<T>, { space, levels }: ReachContext): Assignment {
  const at = new Map<number, number>();
  for (let level = 0; level < levels; level += 1) at.set(level, space.allowed(level)[0] ?? 0);
  for (let step = found.step; step !== undefined; step = step.next.step) at.set(step.level, step.index);
  return at;
}
