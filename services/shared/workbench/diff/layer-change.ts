import type { Layer } from '../../policy/engine.js';
import type { PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import { allows, decidingOf, type Outcome } from '../space/outcome.js';

/** What one layer says before and after, and which rules make the difference. */
export interface Turn {
  readonly before: boolean;
  readonly after: boolean;
  /** Absent where the same rules decide with the same words. */
  readonly turned?: Turned;
  /** Of the obligations that changed rules carry, those that stand here before and after. */
  readonly duties: Sides;
}

export interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The layer with the rules that decided before and do so no more, and those that decide now and did not. */
export interface Turned {
  readonly layer: Layer;
  readonly rules: Sides;
  /** Rules by the obligation that they carried, or carry now. */
  readonly carriers: readonly Carrier[];
}

export interface Carrier {
  readonly obligation: string;
  readonly rules: Sides;
}

/** One layer, asked of two versions. */
export interface TurnOf {
  readonly layer: Layer;
  readonly before: PolicySets;
  readonly after: PolicySets;
  /** The obligations that may have been lost or gained. */
  readonly watched: ReadonlySet<string>;
}

export function createTurn(of: TurnOf): (before: Outcome, after: Outcome) => Turn {
  const { layer, watched } = of;
  return (before, after) => {
    const opens = { before: allows(before), after: allows(after) };
    const duties = {
      before: dutiesOf(before, of.before, watched),
      after: dutiesOf(after, of.after, watched),
    };
    const told = { before: toldBy(before), after: toldBy(after) };
    const isSame = told.before.join() === told.after.join() && !told.before.some((id) => isReworded(id, of));
    if (isSame && opens.before === opens.after) return { ...opens, duties };
    const rules = causeOf(before, after);
    const carriers = [...new Set([...duties.before, ...duties.after])].map((obligation) => ({
      obligation,
      rules: {
        before: carriersOf(obligation, before, of.before),
        after: carriersOf(obligation, after, of.after),
      },
    }));
    return { ...opens, duties, turned: { layer, rules, carriers } };
  };
}

/** A layer that says the same in both versions, whatever else is there. */
export function createUnchanged(sets: PolicySets, watched: ReadonlySet<string>): (outcome: Outcome) => Turn {
  return (outcome) => {
    const [isOpen, duties] = [allows(outcome), dutiesOf(outcome, sets, watched)];
    return { before: isOpen, after: isOpen, duties: { before: duties, after: duties } };
  };
}

/** Where something cannot be evaluated that decides. */
function toldBy(outcome: Outcome): readonly string[] {
  return outcome.errors.length > 0 ? outcome.errors : decidingOf(outcome);
}

/** The same rule with other words: they go into every decision. */
export function isReworded(id: string, { before, after }: Pick<TurnOf, 'before' | 'after'>): boolean {
  const [old, now] = [before.rules.get(id), after.rules.get(id)];
  return old !== undefined && now !== undefined && wordsOf(old) !== wordsOf(now);
}

const wordsOf = ({ reason, article, obligation }: Rule): string =>
  JSON.stringify([reason, article, obligation]);

/**
 * The rules that made the difference. Of forbids that went all are named, for each alone kept it closed; of permits that
 * came the first is enough, for each alone opens it. And the other way round.
 */
function causeOf(before: Outcome, after: Outcome): Sides {
  const [wasOpen, isOpen] = [allows(before), allows(after)];
  const gone = toldBy(before).filter((id) => !appliesIn(id, before, after));
  const came = toldBy(after).filter((id) => !appliesIn(id, after, before));
  if (wasOpen === isOpen) return { before: gone, after: came };
  if (isOpen) return { before: gone, after: before.permits.length > 0 ? [] : came.slice(0, 1) };
  const isForbidden = after.forbids.length + after.errors.length > 0;
  return isForbidden ? { before: [], after: came.slice(0, 1) } : { before: gone, after: [] };
}

/** Whether a rule that applies in one version applies in the other with the same effect. */
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
