import { type Layer, type Question, setOf } from '../../policy/engine.js';
import { addReads } from '../../policy/reads.js';
import type { Rule } from '../../policy/rule.js';
import {
  createExamineRule,
  type ExaminedRule,
  failedConditionCount,
  nearestFirst,
} from '../check/examine-rule.js';
import type { Workspace } from '../workspace.js';

/** The answer of one layer alone. */
export interface LayerAnswer {
  readonly layer: Layer;
  /** `europol/export` */
  readonly set: string;
  readonly open: boolean;
  /** The rules that decided: the permits that open the layer, or the forbids that close it; empty when none permits. */
  readonly rules: readonly ExaminedRule[];
  /** The rules that cannot be evaluated, which closes the layer. */
  readonly errors: readonly string[];
  /** When no permit applies: the permits that could, nearest first. A forbid may close the layer besides. */
  readonly nearMisses: readonly ExaminedRule[];
}

/** Explains the answer of one layer to a question. */
export type ExplainLayer = (layer: Layer, question: Question) => LayerAnswer;

/** Returns an `ExplainLayer` over the sets of a workspace. */
export function createExplainLayer({ engine, sets }: Pick<Workspace, 'engine' | 'sets'>): ExplainLayer {
  const examineRule = createExamineRule({ sets });
  return (layer, question) => {
    const { recipient, notice } = question;
    const set = setOf(layer, { originator: notice.originator, recipient: recipient.id });
    const { decision, rules, errors } = engine.evaluate(set, question);
    const examined = (rule: Rule): ExaminedRule => examineRule(rule, question);
    const all = sets.sets.get(set)?.rules ?? [];
    const open = decision === 'allow' && errors.length === 0;
    return {
      layer,
      set,
      open,
      errors,
      rules: rules.flatMap((id) => sets.rules.get(id) ?? []).map(examined),
      nearMisses: open ? [] : nearMisses(rulesAbout(question, all, 'permit').map(examined)),
    };
  };
}

/** Returns the rules about the permission, without those that can only apply to other sections. */
export function rulesAbout(
  { permission, section }: Question,
  rules: readonly Rule[],
  wanted: Rule['effect'],
): readonly Rule[] {
  const known = section === undefined ? {} : { section };
  return rules.filter(
    ({ effect, json, permissions }) =>
      effect === wanted && permissions.has(permission) && addReads(new Map(), json, known),
  );
}

/** Returns no near misses when a permit applies: then no permit is missing. */
function nearMisses(permits: readonly ExaminedRule[]): readonly ExaminedRule[] {
  return permits.some((permit) => failedConditionCount(permit) === 0) ? [] : nearestFirst(permits);
}
