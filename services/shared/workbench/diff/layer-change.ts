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
  readonly obligations: Sides;
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
  /** True when it now denies because of an error that it did not have before. */
  readonly fails: boolean;
  /** For each obligation, the permits that impose it, before and after. */
  readonly byObligation: readonly ObligationRules[];
}

/** An obligation and the permits that impose it. */
export interface ObligationRules {
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
    const obligations = {
      before: obligationsOf(before, of.before, watched),
      after: obligationsOf(after, of.after, watched),
    };
    const deciding = { before: decidingOf(before), after: decidingOf(after) };
    const isSame =
      deciding.before.join() === deciding.after.join() && !deciding.before.some((id) => isReworded(id, of));
    const fails = failsAnew(before, after);
    if (isSame && opens.before === opens.after && !fails) return { ...opens, obligations };
    const rules = causeOf(before, after);
    const byObligation = [...new Set([...obligations.before, ...obligations.after])].map((obligation) => ({
      obligation,
      rules: {
        before: permitsWith(obligation, before, of.before),
        after: permitsWith(obligation, after, of.after),
      },
    }));
    return { ...opens, obligations, changed: { layer, rules, fails, byObligation } };
  };
}

/** Returns the comparison of a layer that is the same in both versions. */
export function createUnchanged(
  sets: PolicySets,
  watched: ReadonlySet<string>,
): (outcome: Outcome) => LayerChange {
  return (outcome) => {
    const [isOpen, obligations] = [allows(outcome), obligationsOf(outcome, sets, watched)];
    return { before: isOpen, after: isOpen, obligations: { before: obligations, after: obligations } };
  };
}

/** True when a rule newly errs, or when something newly does not fit the schema. */
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
  const removed = decidingOf(before).filter((id) => !appliesIn(id, before, after));
  const added = decidingOf(after).filter((id) => !appliesIn(id, after, before));
  if (wasOpen === isOpen) return { before: removed, after: added };
  if (isOpen) return { before: removed, after: before.permits.length > 0 ? [] : added.slice(0, 1) };
  const isForbidden = after.forbids.length > 0 || errs(after);
  return isForbidden ? { before: [], after: added.slice(0, 1) } : { before: removed, after: [] };
}

/** True for a rule that applies in both versions with the same effect. */
function appliesIn(id: string, one: Outcome, other: Outcome): boolean {
  return (['permits', 'forbids', 'errors'] as const).some(
    (list) => one[list].includes(id) && other[list].includes(id),
  );
}

function obligationsOf(outcome: Outcome, sets: PolicySets, watched: ReadonlySet<string>): readonly string[] {
  if (watched.size === 0 || !allows(outcome)) return [];
  const found = outcome.permits.flatMap((id) => sets.rules.get(id)?.obligation ?? []);
  return [...new Set(found)].filter((obligation) => watched.has(obligation)).toSorted();
}

function permitsWith(obligation: string, outcome: Outcome, { rules }: PolicySets): readonly string[] {
  return allows(outcome) ? outcome.permits.filter((id) => rules.get(id)?.obligation === obligation) : [];
}
