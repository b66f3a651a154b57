import type { Attributes } from '../../notice/attributes.js';
import { SECTIONS } from '../../notice/kinds.js';
import type { Engine, Evaluation, Question } from '../../policy/engine.js';
import { createAsk } from '../../policy/layers.js';
import { knownConsents, membersOf } from '../../policy/plan.js';
import { createRow, type Row } from '../../policy/row.js';
import type { Route } from '../diff/compare-route.js';
import type { Version } from '../space/answers.js';

/** What an evaluator decides about one notice on one route. */
export interface Evaluated {
  /** Returns the answer of one set about the notice as the planner asks about it. */
  set(name: string, question: Pick<Question, 'permission' | 'section'>): Evaluation;
  /** The combined answers, by the code that the router decides with. */
  readonly row: Row;
}

/**
 * Decides one notice on a route; undefined when the version lacks a member of the route: then nothing is
 * delivered.
 */
export type EvaluateNotice = (route: Route, attributes: Attributes) => Evaluated | undefined;

/** The evaluator of one version. */
export interface Evaluator {
  readonly evaluate: EvaluateNotice;
  /** Its engine, which caches the answers about the last notice. */
  readonly remembering: Engine;
}

interface EvaluatorParams {
  readonly version: Version;
  readonly engine: Engine;
  /**
   * An evaluator of a version with the same facts, schema and these same sets: their answers are taken from
   * it.
   */
  readonly same?: { readonly evaluator: Evaluator; readonly sets: ReadonlySet<string> };
}

/** Returns the evaluator of a version by an engine. */
export function createEvaluator({ version: { sets, directory }, engine, same }: EvaluatorParams): Evaluator {
  const members = membersOf(directory);
  const own = createRemembering(engine);
  const remembering: Engine = {
    evaluate: (set, question) =>
      (same?.sets.has(set) === true ? same.evaluator.remembering : own).evaluate(set, question),
  };
  const ask = createAsk({ engine: remembering, sets });
  const evaluate: EvaluateNotice = ({ originator, recipient: id }, attributes) => {
    const recipient = members.get(id);
    if (recipient === undefined || !members.has(originator)) return undefined;
    const notice = knownConsents(attributes, members);
    let row: Row | undefined;
    return {
      set: (name, { permission, section }) =>
        remembering.evaluate(
          name,
          section === undefined
            ? { permission, recipient, notice }
            : { permission, recipient, notice, section },
        ),
      // Computed on demand, because it evaluates whether the notice is received.
      get row() {
        return (row ??= createRow({ ask, attributes: notice, recipient }));
      },
    };
  };
  return { evaluate, remembering };
}

/** Returns an engine that caches the answers of another one about the last notice and recipient. */
function createRemembering(engine: Engine): Engine {
  const answers = new Map<string, (Evaluation | undefined)[]>();
  let last: Question | undefined;
  return {
    evaluate(set, question) {
      if (last?.notice !== question.notice || last.recipient.id !== question.recipient.id) answers.clear();
      last = question;
      const known = answers.get(set) ?? [];
      if (known.length === 0) answers.set(set, known);
      return (known[numberOf(question)] ??= engine.evaluate(set, question));
    },
  };
}

const SECTION_NUMBERS = new Map<string, number>(SECTIONS.map((section, index) => [section, index + 1]));

/** Returns a different small number for each permission and section. */
function numberOf({ permission, section }: Question): number {
  if (section === undefined) return 0;
  const number = SECTION_NUMBERS.get(section) ?? 0;
  return permission === 'advertise' ? number + SECTION_NUMBERS.size : number;
}
