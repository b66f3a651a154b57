import type { Chance } from '../../kernel/chance.js';
import { contradictionAt, type DrawnNotice } from './check-notice.js';
import type { CheckedVersion } from './checked-version.js';
import type { Contradiction } from './contradiction.js';
import type { Evaluated } from './evaluate-notice.js';
import { questionsOf, sectionsOfKind } from '../space/route-questions.js';
import { answerOfEvaluation, isSameAnswer, wordsOfAnswer } from './set-answer.js';

interface CedarParams {
  readonly version: CheckedVersion;
  readonly drawn: DrawnNotice;
  readonly evaluated: Evaluated;
  /** How many answers of sets to compare. */
  readonly answers: number;
  readonly chance: Chance;
}

/**
 * Compares the evaluator with Cedar at one notice, for some sets drawn at random; `byCedar` is how many were
 * compared.
 */
export function checkByCedar({ version, drawn, evaluated, answers, chance }: CedarParams) {
  const { route, attributes } = drawn;
  const byCedar = version.cedar.evaluate(route, attributes);
  if (byCedar === undefined) return { byCedar: 0, contradictions: [] };
  const sections = sectionsOfKind(attributes.kind);
  const possible = questionsOf(route)
    .filter(({ query: { section } }) => section === undefined || sections.has(section))
    .flatMap(({ query, sets }) => sets.map((set) => ({ query, ...set })));
  const asked = chance.some(possible, [answers, answers]);
  const contradictions = asked.flatMap(({ query, layer, name }): readonly Contradiction[] => {
    const set = version.sets.sets.get(name);
    const given = answerOfEvaluation(evaluated.set(name, query), set);
    const expected = answerOfEvaluation(byCedar.set(name, query), set);
    if (isSameAnswer(given, expected)) return [];
    const texts = { evaluator: wordsOfAnswer(given), cedar: wordsOfAnswer(expected) };
    return [{ ...contradictionAt(query, { version, drawn }), about: 'cedar', layer, ...texts }];
  });
  return { byCedar: asked.length, contradictions };
}
