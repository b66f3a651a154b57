import type { Section } from '../../notice/kinds.js';
import type { Permission } from '../../policy/engine.js';
import { ADVERTISING_LAYERS } from '../../policy/layers.js';
import { createExamineRule, type ExaminedRule, nearestOf } from '../check/examine-rule.js';
import { rulesAbout, createExplainLayer } from '../explain/explain-layer.js';
import {
  type Cause,
  type FailureContext,
  type Failure,
  obligationsAgainst,
  rulesAgainst,
  symmetricDifference,
} from './failure-rules.js';
import { plannerQuestionOf } from '../explain/planner-question.js';
import type { Workspace } from '../workspace.js';

/** How many rules that nearly applied are shown; `policy explain` shows the others. */
const MAX_NEAREST = { permit: 2, forbid: 1 };

/** Explains why one recipient did not get what was expected; empty when no rule was asked (excluded, not addressed). */
export function explainFailure(workspace: Workspace, failure: Failure): readonly Cause[] {
  const question = plannerQuestionOf(workspace, failure.asked, failure.recipient);
  if (question === undefined || failure.decision.because !== undefined) return [];
  const explaining = { workspace, failure, question };
  return withoutRepeats([
    ...answersAgainst(explaining),
    ...rulesAgainst(explaining),
    ...obligationsAgainst(explaining),
  ]);
}

interface WrongAnswer {
  readonly permission: Permission;
  readonly section?: Section;
  readonly isOpen: boolean;
}

/** Returns the questions whose answer is the opposite of the expected one. */
function wrongAnswers({ wanted, decision, asked }: Failure): readonly WrongAnswer[] {
  const isReceived = decision.outcome !== 'denied';
  const isWanted = wanted === 'delivered' || (typeof wanted === 'object' && 'sections' in wanted);
  if (isReceived !== isWanted) return [{ permission: 'receive', isOpen: isReceived }];
  if (!isReceived) return [];
  const expected = typeof wanted === 'object' && 'sections' in wanted ? wanted : undefined;
  const sections = symmetricDifference(expected?.sections ?? asked.sections, decision.sections);
  const advertised =
    expected?.advertised === undefined ? [] : symmetricDifference(expected.advertised, decision.advertised);
  return [
    ...sections.map((section) => wrongAnswer('disclose', section, decision.sections)),
    ...advertised
      // A section that differs in disclosure is already reported.
      .filter((section) => !sections.includes(section))
      .map((section) => wrongAnswer('advertise', section, decision.advertised)),
  ];
}

function wrongAnswer(permission: Permission, section: string, got: readonly string[]): WrongAnswer {
  return { permission, section: section as Section, isOpen: got.includes(section) };
}

function answersAgainst({ workspace, failure, question }: FailureContext): readonly Cause[] {
  const explainLayer = createExplainLayer(workspace);
  const examineRule = createExamineRule(workspace);
  return wrongAnswers(failure).flatMap(({ permission, section, isOpen }) => {
    const { recipient, notice } = question;
    const asked = { permission, recipient, notice, ...(section === undefined ? {} : { section }) };
    const what = section ?? 'the notice';
    const does = permission === 'advertise' ? 'announced' : 'open';
    const layers = failure.layers.filter(
      (layer) => permission !== 'advertise' || ADVERTISING_LAYERS.includes(layer),
    );
    const answers = layers.map((layer) => explainLayer(layer, asked));
    if (!isOpen) return answers.filter(({ open }) => !open).flatMap((answer) => closedBy(what, answer));
    return answers
      .filter(({ layer }) => layer === failure.layer || layers.length === 1)
      .flatMap(({ set, rules }) => {
        const all = workspace.sets.sets.get(set)?.rules ?? [];
        const forbids = rulesAbout(asked, all, 'forbid').map((rule) => examineRule(rule, asked));
        return [
          { says: `${what}: ${does} by ${set}`, rules },
          ...nearest(`${what}: no forbid of ${set} applies, the nearest`, forbids),
        ];
      });
  });
}

function closedBy(what: string, answer: ReturnType<ReturnType<typeof createExplainLayer>>): readonly Cause[] {
  const { set, rules, nearMisses, errors } = answer;
  return [
    ...errors.map((error) => ({ says: `${what}: ${set} cannot be evaluated: ${error}`, rules: [] })),
    ...(rules.some(({ effect }) => effect === 'forbid')
      ? [{ says: `${what}: closed by ${set}`, rules }]
      : nearest(`${what}: no permit of ${set} applies, the nearest`, nearMisses)),
  ];
}

function nearest(says: string, rules: readonly ExaminedRule[]): readonly Cause[] {
  const [first] = rules;
  if (first === undefined) return [];
  return [{ says, rules: nearestOf(rules, MAX_NEAREST[first.effect]) }];
}

/** Keeps a cause only when it names a rule that no earlier cause named. */
function withoutRepeats(causes: readonly Cause[]): readonly Cause[] {
  const named = new Set<string>();
  return causes.filter(({ rules }) => {
    const isNew = rules.length === 0 || rules.some(({ id }) => !named.has(id));
    for (const { id } of rules) named.add(id);
    return isNew;
  });
}
