import { permissionsOf } from '../../policy/compile-rule.js';
import { type Layer, type Question, setName } from '../../policy/engine.js';
import { addReads } from '../../policy/reads.js';
import type { Rule } from '../../policy/rule.js';
import {
  createExamineRule,
  type ExaminedRule,
  failedConditionCount,
  nearestFirst,
} from '../check/examine-rule.js';
import type { Workspace } from '../workspace.js';

/** What one layer answers, whatever the others say. */
export interface LayerAnswer {
  readonly layer: Layer;
  /** `europol/export` */
  readonly set: string;
  readonly open: boolean;
  /** What decided: the permits that open it, the forbids that close it, none where nothing permits. */
  readonly rules: readonly ExaminedRule[];
  /** What could not be evaluated, which closes the layer. */
  readonly errors: readonly string[];
  /** Where no permit applies: those that could, the nearest first; forbids would have to give way too. */
  readonly nearMisses: readonly ExaminedRule[];
}

export type ExplainLayer = (layer: Layer, question: Question) => LayerAnswer;

export function createExplainLayer({ engine, sets }: Pick<Workspace, 'engine' | 'sets'>): ExplainLayer {
  const examineRule = createExamineRule({ sets });
  return (layer, question) => {
    const set = setName(layer, layer === 'import' ? question.recipient.id : question.notice.originator);
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
      nearMisses: open ? [] : nearMisses(concerning(question, all, 'permit').map(examined)),
    };
  };
}

/** The rules about the permission, without those that are for other sections whatever the notice is. */
export function concerning(
  { permission, section }: Question,
  rules: readonly Rule[],
  wanted: Rule['effect'],
): readonly Rule[] {
  const known = section === undefined ? {} : { section };
  return rules.filter(
    ({ effect, json }) =>
      effect === wanted && permissionsOf(json.action).has(permission) && addReads(new Map(), json, known),
  );
}

/** None when one applies: then no permit is missing. */
function nearMisses(permits: readonly ExaminedRule[]): readonly ExaminedRule[] {
  return permits.some((permit) => failedConditionCount(permit) === 0) ? [] : nearestFirst(permits);
}
