import type { Evaluation } from '../../policy/engine.js';
import type { PolicySet } from '../../policy/policies.js';
import { allows, decidingOf, type Outcome } from '../space/outcome.js';

/** The answer of a set in the form in which the analysis and the evaluators are compared. */
export interface SetAnswer {
  readonly isAllowed: boolean;
  /** The rules that decided, in the order of the file. */
  readonly rules: readonly string[];
  /** The rules that cannot be evaluated. */
  readonly errors: readonly string[];
}

const NO_ERRORS: readonly string[] = [];
const outcomes = new WeakMap<Outcome, SetAnswer>();

/** Converts an outcome of the analysis; cached per outcome. */
export function answerOfOutcome(outcome: Outcome): SetAnswer {
  const known = outcomes.get(outcome);
  if (known !== undefined) return known;
  const answer: SetAnswer = {
    isAllowed: allows(outcome),
    rules: decidingOf(outcome),
    errors: outcome.errors.toSorted(),
  };
  outcomes.set(outcome, answer);
  return answer;
}

/**
 * Converts an evaluation. An error that names no rule, such as a notice that does not fit the schema, only
 * denies.
 */
export function answerOfEvaluation(
  { decision, rules, errors }: Evaluation,
  set: PolicySet | undefined,
): SetAnswer {
  const isAllowed = decision === 'allow';
  if (errors.length === 0) return { isAllowed, rules, errors: NO_ERRORS };
  const ids = errors.map((error) => error.split(':')[0] ?? '');
  const erred = ids.filter((id) => set?.rules.some((rule) => rule.id === id) === true);
  return { isAllowed, rules, errors: erred.toSorted() };
}

/** True when an evaluation has the same decision, deciding rules and errors as `answer`. */
export function isSameAsEvaluation(
  answer: SetAnswer,
  evaluation: Evaluation,
  set: PolicySet | undefined,
): boolean {
  if (evaluation.errors.length > 0) return isSameAnswer(answer, answerOfEvaluation(evaluation, set));
  return (
    answer.errors.length === 0 &&
    answer.isAllowed === (evaluation.decision === 'allow') &&
    isSameList(answer.rules, evaluation.rules)
  );
}

/** True when two answers have the same decision, deciding rules and errors. */
export function isSameAnswer(a: SetAnswer, b: SetAnswer): boolean {
  return a.isAllowed === b.isAllowed && isSameList(a.rules, b.rules) && isSameList(a.errors, b.errors);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Describes an answer: `deny by fed-03`. */
export function wordsOfAnswer({ isAllowed, rules, errors }: SetAnswer): string {
  const by = rules.length === 0 ? 'by no rule' : `by ${rules.join(', ')}`;
  const erring = errors.length === 0 ? '' : `; cannot be evaluated: ${errors.join(', ')}`;
  return `${isAllowed ? 'allow' : 'deny'} ${by}${erring}`;
}
