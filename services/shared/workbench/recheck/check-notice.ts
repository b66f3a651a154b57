import type { Attributes } from '../../notice/attributes.js';
import type { Row } from '../../policy/row.js';
import type { Route } from '../diff/compare-route.js';
import type { Query } from '../space/answers.js';
import type { Diagram } from '../space/diagram.js';
import type { Outcome } from '../space/outcome.js';
import type { ReadAt } from '../space/read-at.js';
import type { CheckedVersion } from './checked-version.js';
import type { Contradiction } from './contradiction.js';
import type { Evaluated } from './evaluate-notice.js';
import { questionsOf, type RouteQuestion, sectionsOfKind } from '../space/route-questions.js';
import { answerOfEvaluation, answerOfOutcome, isSameAsEvaluation, wordsOfAnswer } from './set-answer.js';

/** One random notice on a route. */
export interface DrawnNotice {
  readonly route: Route;
  readonly attributes: Attributes;
  readonly read: ReadAt;
}

/** What was found about a notice by one version. */
export interface CheckedNotice {
  /** Undefined when the version lacks a member of the route: then nothing is delivered. */
  readonly evaluated: Evaluated | undefined;
  readonly decisions: number;
  readonly contradictions: readonly Contradiction[];
}

interface AskedQuestion extends RouteQuestion {
  readonly outcomes: readonly Diagram<Outcome>[];
  readonly answer: Diagram<boolean>;
}

/**
 * Returns a function that compares the analysis with the evaluator at one notice of a route, for every
 * question.
 */
export function createCheckNotice(version: CheckedVersion, route: Route) {
  const { answers } = version;
  const asked = questionsOf(route).map((question): AskedQuestion => {
    const { query, sets } = question;
    const outcomes = sets.map(({ layer }) => answers.layer(layer, query));
    return { ...question, outcomes, answer: answers.answer(query) };
  });
  return (drawn: DrawnNotice): CheckedNotice => {
    const evaluated = version.compiled.evaluate(route, drawn.attributes);
    const sections = sectionsOfKind(drawn.attributes.kind);
    const contradictions: Contradiction[] = [];
    let decisions = 0;
    for (const question of asked) {
      const { section } = question.query;
      if (section !== undefined && !sections.has(section)) continue;
      decisions += question.sets.length;
      if (evaluated !== undefined)
        contradictions.push(...layerFaults(question, { version, drawn, evaluated }));
      const fault = answerFault(question, { version, drawn, evaluated });
      if (fault !== undefined) contradictions.push(fault);
    }
    return { evaluated, decisions, contradictions };
  };
}

interface NoticeContext {
  readonly version: CheckedVersion;
  readonly drawn: DrawnNotice;
  readonly evaluated: Evaluated | undefined;
}

function layerFaults(
  { query, sets, outcomes }: AskedQuestion,
  { version, drawn, evaluated }: NoticeContext & { readonly evaluated: Evaluated },
): readonly Contradiction[] {
  const faults: Contradiction[] = [];
  for (const [index, { layer, name }] of sets.entries()) {
    const outcome = outcomes[index];
    const set = version.sets.sets.get(name);
    const given = evaluated.set(name, query);
    const claimed = outcome === undefined ? [] : drawn.read(outcome);
    if (claimed.some((each) => isSameAsEvaluation(answerOfOutcome(each), given, set))) continue;
    const byCedar = version.cedar.evaluate(drawn.route, drawn.attributes)?.set(name, query);
    faults.push({
      ...contradictionAt(query, { version, drawn }),
      about: 'layer',
      layer,
      analysis: claimed.map((each) => wordsOfAnswer(answerOfOutcome(each))).join(', or '),
      evaluator: wordsOfAnswer(answerOfEvaluation(given, set)),
      ...(byCedar === undefined ? {} : { cedar: wordsOfAnswer(answerOfEvaluation(byCedar, set)) }),
    });
  }
  return faults;
}

function answerFault(
  { query, answer }: AskedQuestion,
  { version, drawn, evaluated }: NoticeContext,
): Contradiction | undefined {
  const isOpen = evaluated !== undefined && isOpenByRow(evaluated.row, query);
  const claimed = drawn.read(answer);
  if (claimed.includes(isOpen)) return undefined;
  const byCedar = version.cedar.evaluate(drawn.route, drawn.attributes);
  return {
    ...contradictionAt(query, { version, drawn }),
    about: 'answer',
    analysis: claimed.map(openWords).join(', or '),
    evaluator: openWords(isOpen),
    ...(byCedar === undefined ? {} : { cedar: openWords(isOpenByRow(byCedar.row, query)) }),
  };
}

/** Returns whether a row gives what a query asks for. */
export function isOpenByRow({ receive, cell }: Row, { permission, section }: Query): boolean {
  if (section === undefined || !receive.open) return receive.open;
  const { disclose, advertise } = cell(section);
  return permission === 'disclose' ? disclose.open : advertise;
}

const openWords = (isOpen: boolean): string => (isOpen ? 'open' : 'closed');

/** Returns where a contradiction was found. */
export function contradictionAt(
  { originator: from, recipient: to, permission, section }: Query,
  { version: { side }, drawn: { attributes: header } }: Pick<NoticeContext, 'version' | 'drawn'>,
): Pick<Contradiction, 'version' | 'permission' | 'example'> {
  const at = { permission, example: { header, from, to, section: section ?? null } };
  return side === undefined ? at : { ...at, version: side };
}
