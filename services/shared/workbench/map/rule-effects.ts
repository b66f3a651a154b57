import type { OrgId } from '../../kernel/ids.js';
import { KINDS } from '../../notice/kinds.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import type { Engine } from '../../policy/engine.js';
import { createPolicy, type Policy, type PolicyNotice } from '../../policy/plan.js';
import type { PolicySet } from '../../policy/policies.js';
import type { PreviewRow } from '../../policy/preview.js';
import type { Rule } from '../../policy/rule.js';
import type { Workspace } from '../workspace.js';
import { exampleAsked } from './exchange-cells.js';

/**
 * How many routes (originator, recipient and kind, decided by the example of the kind) would be decided
 * differently without a rule: a permit opens them, a forbid closes them. A route is counted once, in the
 * first of these fields that applies.
 */
export interface RuleEffect {
  /** Routes on which the notice is received, or not, only because of the rule. */
  readonly receive: number;
  /** Routes on which more or fewer sections are disclosed. */
  readonly disclose: number;
  /** Routes on which more or fewer withheld sections are advertised. */
  readonly advertise: number;
}

/** Returns the effect of each rule alone, by its id, over every member and the example of each kind. */
export function ruleEffects(workspace: Workspace): Readonly<Record<string, RuleEffect>> {
  const members = [...workspace.directory.organisations.keys()];
  const base = createPolicy(workspace);
  const permits = permitsOnly(workspace);
  const effects = [...workspace.sets.sets.values()].flatMap((set) => {
    const questions = questionsTo(set, { members, workspace });
    const before = questions.map((asked) => base.preview(asked));
    return set.rules.map((rule) => {
      const without = createPolicy({ ...workspace, engine: engineWithout(rule, workspace.engine, permits) });
      return [rule.id, effectOf(rule, { questions, before, without })] as const;
    });
  });
  return Object.fromEntries(effects);
}

/**
 * Returns the questions that a set can decide: by an export those from its owner, by an import those to its
 * owner.
 */
function questionsTo(
  { name, layer }: PolicySet,
  { members, workspace }: { readonly members: readonly OrgId[]; readonly workspace: Workspace },
): readonly PolicyNotice[] {
  const owner = name.split('/')[0] as OrgId;
  const originators = layer === 'export' ? [owner] : members;
  const recipients = layer === 'import' ? { recipients: [owner] } : {};
  return originators.flatMap((from) =>
    KINDS.flatMap((kind) => {
      const asked = exampleAsked(from, kind, workspace);
      return asked === undefined ? [] : [{ ...asked, ...recipients }];
    }),
  );
}

/** Returns an engine without the forbids, to see what would be permitted. */
function permitsOnly({ sets }: Workspace): Engine {
  const keep = (set: PolicySet): PolicySet => {
    return { ...set, rules: set.rules.filter(({ effect }) => effect === 'permit') };
  };
  const permits = new Map([...sets.sets].map(([name, set]) => [name, keep(set)]));
  return createCompiledEngine({ ...sets, sets: permits }, createCedarSlots());
}

/**
 * Returns an engine that answers as if one rule were absent. An answer lists all rules that decided, so that
 * it changes only where this rule is the only one.
 */
function engineWithout({ id, effect }: Rule, engine: Engine, permits: Engine): Engine {
  return {
    evaluate(set, question) {
      const answer = engine.evaluate(set, question);
      const isAlone = answer.rules.length === 1 && answer.rules[0] === id && answer.errors.length === 0;
      if (!isAlone) return answer;
      return effect === 'forbid'
        ? permits.evaluate(set, question)
        : { decision: 'deny', rules: [], errors: [] };
    },
  };
}

interface Compared {
  readonly questions: readonly PolicyNotice[];
  readonly before: readonly (readonly PreviewRow[])[];
  readonly without: Policy;
}

function effectOf({ effect }: Rule, { questions, before, without }: Compared): RuleEffect {
  const counts = { receive: 0, disclose: 0, advertise: 0 };
  questions.forEach((asked, index) => {
    without.preview(asked).forEach((row, at) => {
      const was = before[index]?.[at];
      const gained = was && (effect === 'permit' ? gainOf(was, row) : gainOf(row, was));
      if (gained !== undefined) counts[gained] += 1;
    });
  });
  return counts;
}

/** Returns the first permission that `more` gives and `less` does not; undefined when there is none. */
function gainOf(more: PreviewRow, less: PreviewRow): keyof RuleEffect | undefined {
  if (more.outcome === 'denied') return undefined;
  if (less.outcome === 'denied') return 'receive';
  const cells = Object.entries(more.sections);
  const other = new Map(Object.entries(less.sections));
  if (cells.some(([name, { effect }]) => effect === 'disclose' && other.get(name)?.effect === 'withhold'))
    return 'disclose';
  return cells.some(([name, cell]) => {
    const was = other.get(name);
    return cell.advertise && was?.advertise === false && cell.effect === was.effect;
  })
    ? 'advertise'
    : undefined;
}
