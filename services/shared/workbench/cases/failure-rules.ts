import type { CaseFailure } from './cases.js';
import { type Question, setOf } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { createExamineRule, type ExaminedRule, nearestFirst } from '../check/examine-rule.js';
import type { Workspace } from '../workspace.js';

/** One reason why a case failed: what happened, and the rules that did it or should have done it. */
export interface Cause {
  /** `biometrics: no permit of europol/export applies, the nearest` */
  readonly says: string;
  readonly rules: readonly ExaminedRule[];
}

/** A failure about one recipient. */
export type Failure = Extract<CaseFailure, { readonly type: 'recipient' }>;

/** A failure, with the question that the rules were asked. */
export interface FailureContext {
  readonly workspace: Workspace;
  readonly failure: Failure;
  readonly question: Question;
}

/** Explains the rules that the case names and that did not decide, and those that decided and are not named. */
export function rulesAgainst(explaining: FailureContext): readonly Cause[] {
  const { workspace, failure } = explaining;
  const { wanted, decision, layer } = failure;
  const named = rulesNamed(wanted);
  if (named === undefined) return [];
  const isDenied = decision.outcome === 'denied';
  const decided = decision.rules.filter((rule) => isDenied || rule.layer === layer).map(({ id }) => id);
  const examine = createExamine(explaining);
  const causes = (ids: readonly string[], words: string): readonly Cause[] =>
    ids.map((id) => {
      const rule = workspace.sets.rules.get(id);
      return rule === undefined
        ? { says: `\`${id}\` ${words}, and there is no such rule`, rules: [] }
        : { says: `\`${id}\` ${words}`, rules: [examine(rule)] };
    });
  const absent = causes(
    named.filter((id) => !decided.includes(id)),
    'was expected to decide and did not',
  );
  // When the outcome itself differs, every deciding rule differs too and is not listed.
  const isOtherOutcome = isDenied !== (typeof wanted === 'object' && 'deny' in wanted);
  if (isOtherOutcome) return isDenied ? [] : absent;
  return [
    ...absent,
    ...causes(
      decided.filter((id) => !named.includes(id)),
      'decided and was not expected to',
    ),
  ];
}

function rulesNamed(wanted: Failure['wanted']): readonly string[] | undefined {
  if (typeof wanted === 'string' || 'because' in wanted) return undefined;
  return 'deny' in wanted ? wanted.deny : wanted.rules;
}

/**
 * Returns a function that examines a rule for every question it is about, and returns the result nearest to applying.
 */
function createExamine({ workspace, failure, question: { notice, recipient } }: FailureContext) {
  const examineRule = createExamineRule(workspace);
  return (rule: Rule): ExaminedRule => {
    const questions = [...rule.permissions].flatMap((permission): readonly Question[] =>
      permission === 'receive'
        ? [{ permission, notice, recipient }]
        : failure.asked.sections.map((section) => ({ permission, notice, recipient, section })),
    );
    const [best] = nearestFirst(questions.map((each) => examineRule(rule, each)));
    return best ?? examineRule(rule, { permission: 'receive', notice, recipient });
  };
}

/** Explains obligations that are missing or unexpected, with the rules that carry them. */
export function obligationsAgainst(explaining: FailureContext): readonly Cause[] {
  const { workspace, failure, question } = explaining;
  const { wanted, decision, layers } = failure;
  const expected = typeof wanted === 'object' && 'sections' in wanted ? wanted.obligations : undefined;
  if (expected === undefined || decision.outcome === 'denied') return [];
  const { originator } = question.notice;
  const rules = layers.flatMap((layer) => {
    const set = setOf(layer, { originator, recipient: question.recipient.id });
    return workspace.sets.sets.get(set)?.rules ?? [];
  });
  const examine = createExamine(explaining);
  return symmetricDifference(expected, decision.obligations).map((name) => {
    const carrying = rules.filter(({ obligation }) => obligation === name).map(examine);
    const words = expected.includes(name) ? 'is missing' : 'was not expected';
    return { says: `the obligation \`${name}\` ${words}`, rules: nearestFirst(carrying) };
  });
}

/** Returns the symmetric difference of two lists, sorted. */
export function symmetricDifference(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...a.filter((each) => !b.includes(each)), ...b.filter((each) => !a.includes(each))].toSorted();
}
