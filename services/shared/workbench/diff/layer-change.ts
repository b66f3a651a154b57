import type { Layer } from '../../policy/engine.js';
import type { PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import { allows, decidingOf, errs, type Outcome } from '../space/outcome.js';

/** The decision of one layer before and after, and the rules that make the difference. */
export interface LayerChange {
  readonly before: boolean;
  readonly after: boolean;
  /** Absent when the same rules decide with the same annotations. */
  readonly changed?: ChangedLayer;
  /** The watched obligations that the layer imposes before and after. */
  readonly duties: Sides;
}

/** Rules or obligations before and after. */
export interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A layer with the rules that decided only before, and those that decide only now. */
export interface ChangedLayer {
  readonly layer: Layer;
  readonly rules: Sides;
  /** True when it denies by an error that it did not have before. */
  readonly fails: boolean;
  /** The rules that carry each obligation, before and after. */
  readonly carriers: readonly Carrier[];
}

/** An obligation and the rules that carry it. */
export interface Carrier {
  readonly obligation: string;
  readonly rules: Sides;
}

/** One layer of two versions. */
export interface LayerVersions {
  readonly layer: Layer;
  readonly before: PolicySets;
  readonly after: PolicySets;
  /** The obligations to compare. */
  readonly watched: ReadonlySet<string>;
}

/** Returns a function that compares the outcomes of one layer. */
export function createLayerChange(of: LayerVersions): (before: Outcome, after: Outcome) => LayerChange {
  const { layer, watched } = of;
  return (before, after) => {
    const opens = { before: allows(before), after: allows(after) };
    const duties = {
      before: dutiesOf(before, of.before, watched),
      after: dutiesOf(after, of.after, watched),
    };
    const deciding = { before: decidingOf(before), after: decidingOf(after) };
    const isSame =
      deciding.before.join() === deciding.after.join() && !deciding.before.some((id) => isReworded(id, of));
    const fails = failsAnew(before, after);
    if (isSame && opens.before === opens.after && !fails) return { ...opens, duties };
    const rules = causeOf(before, after);
    const carriers = [...new Set([...duties.before, ...duties.after])].map((obligation) => ({
      obligation,
      rules: {
        before: carriersOf(obligation, before, of.before),
        after: carriersOf(obligation, after, of.after),
      },
    }));
    return { ...opens, duties, changed: { layer, rules, fails, carriers } };
  };
}

/** Returns the comparison of a layer that is the same in both versions. */
export function createUnchanged(
  sets: PolicySets,
  watched: ReadonlySet<string>,
): (outcome: Outcome) => LayerChange {
  return (outcome) => {
    const [isOpen, duties] = [allows(outcome), dutiesOf(outcome, sets, watched)];
    return { before: isOpen, after: isOpen, duties: { before: duties, after: duties } };
  };
}

/** True when a rule errs that did not, or when what fitted the schema no longer does. */
function failsAnew(before: Outcome, after: Outcome): boolean {
  if (after.unfit === true) return before.unfit !== true;
  return after.errors.some((id) => !before.errors.includes(id));
}

/** True for a rule of both versions with other annotations, which are part of every decision. */
export function isReworded(id: string, { before, after }: Pick<LayerVersions, 'before' | 'after'>): boolean {
  const [old, now] = [before.rules.get(id), after.rules.get(id)];
  return old !== undefined && now !== undefined && wordsOf(old) !== wordsOf(now);
}

const wordsOf = ({ reason, article, obligation }: Rule): string =>
  JSON.stringify([reason, article, obligation]);

/**
 * Returns the rules that caused the difference. When the layer opens: all removed forbids, as each alone kept it
 * closed, or the first added permit, as each alone opens it. When it closes: the first added forbid, or all removed
 * permits.
 */
function causeOf(before: Outcome, after: Outcome): Sides {
  const [wasOpen, isOpen] = [allows(before), allows(after)];
  const gone = decidingOf(before).filter((id) => !appliesIn(id, before, after));
  const came = decidingOf(after).filter((id) => !appliesIn(id, after, before));
  if (wasOpen === isOpen) return { before: gone, after: came };
  if (isOpen) return { before: gone, after: before.permits.length > 0 ? [] : came.slice(0, 1) };
  const isForbidden = after.forbids.length > 0 || errs(after);
  return isForbidden ? { before: [], after: came.slice(0, 1) } : { before: gone, after: [] };
}

/** True for a rule that applies in both versions with the same effect. */
function appliesIn(id: string, one: Outcome, other: Outcome): boolean {
  return (['permits', 'forbids', 'errors'] as const).some(
    (list) => one[list].includes(id) && other[list].includes(id),
  );
}

function dutiesOf(outcome: Outcome, sets: PolicySets, watched: ReadonlySet<string>): readonly string[] {
  if (watched.size === 0 || !allows(outcome)) return [];
  const found = outcome.permits.flatMap((id) => sets.rules.get(id)?.obligation ?? []);
  return [...new Set(found)].filter((obligation) => watched.has(obligation)).toSorted();
}

function carriersOf(obligation: string, outcome: Outcome, { rules }: PolicySets): readonly string[] {
  return allows(outcome) ? outcome.permits.filter((id) => rules.get(id)?.obligation === obligation) : [];
}
