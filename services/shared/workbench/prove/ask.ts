import { fail } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import { SECTIONS, type Section } from '../../notice/kinds.js';
import type { Permission } from '../../policy/engine.js';
import type { Schema } from '../../policy/schema.js';
import type { Route } from '../diff/compare-route.js';
import type { Query, Version } from '../space/answers.js';
import type { Truth } from '../space/atom.js';
import type { Counterexample } from '../space/counterexample.js';
import { createSpace } from '../space/space.js';
import { readCondition } from './condition.js';

/** A question about all notices: whether anything may be received, disclosed or advertised where a condition holds. */
export interface PolicyQuestion {
  readonly permission: Permission;
  /** Absent exactly for `receive`. */
  readonly section?: Section;
  /** A Cedar condition over one recipient (`principal`) and one notice (`resource`). */
  readonly when: string;
}

/** A route on which some notice is allowed. */
export interface OpenRoute extends Route {
  /** The plainest notice that is allowed on the route where the condition holds. */
  readonly example: Counterexample;
}

/** The answer to a question, over every notice on the routes asked about. */
export interface PolicyAnswer {
  readonly open: readonly OpenRoute[];
  /** How many routes were asked about. */
  readonly routes: number;
  /** The conditions that were not analysed, in words; empty when the answer is complete. */
  readonly cut: readonly string[];
}

const QUESTION =
  /^(?<permission>\S+)(?:\s+(?<section>(?!(?:when|unless)\b)\S+))?(?:\s+(?<clause>when|unless)\s+(?<condition>[^]+))?$/;
const PERMISSIONS: readonly Permission[] = ['receive', 'disclose', 'advertise'];
const FORM =
  '`receive`, `disclose <section>` or `advertise <section>`, then `when` or `unless` and a Cedar condition';

/**
 * Parses a question such as `disclose judicial unless principal.agreements.contains(resource.originator)`.
 * Throws `usage` for any other form, and `policy-invalid` with the place for a condition that does not fit
 * the schema.
 */
export function parseQuestion(text: string, schema: Schema): PolicyQuestion {
  const {
    permission: word = '',
    section: name,
    clause,
    condition = 'true',
  } = QUESTION.exec(text.trim())?.groups ?? {};
  const permission = PERMISSIONS.find((each) => each === word);
  if (permission === undefined)
    throw fail(
      'usage',
      `\`${word || text}\` is not a permission${didYouMean(word, PERMISSIONS)}: expected ${FORM}`,
    );
  readCondition(condition, schema);
  const when = clause === 'unless' ? `!(${condition})` : condition;
  if (permission === 'receive') {
    if (name !== undefined)
      throw fail('usage', `\`receive\` is about the whole notice: write \`disclose ${name}\``);
    return { permission, when };
  }
  const section = SECTIONS.find((each) => each === name);
  if (section !== undefined) return { permission, section, when };
  const near = name === undefined ? `: there are ${SECTIONS.join(', ')}` : didYouMean(name, SECTIONS);
  throw fail(
    'usage',
    `\`${permission}\` needs a section${name === undefined ? '' : `, and \`${name}\` is none`}${near}`,
  );
}

const isExample = (when: Truth, isAllowed: boolean): boolean => when === true && isAllowed;

/** Answers a question for each of the routes by the analysis that proves invariants (docs/adr/0010). */
export function askPolicies(
  version: Version,
  { permission, section, when }: PolicyQuestion,
  routes: readonly Route[],
): PolicyAnswer {
  const { json } = readCondition(when, version.sets.schema);
  const space = createSpace([version]);
  const answers = space.answersOf(version);
  const open = routes.flatMap((route) => {
    const query: Query = { ...route, permission, ...(section === undefined ? {} : { section }) };
    const both = space.diagrams.combine(isExample, answers.applies(json, query), answers.answer(query));
    const [plainest] = space
      .reach(both, [query], json)
      .filter(({ value }) => value)
      .toSorted((a, b) => a.distance - b.distance);
    if (plainest === undefined) return [];
    const { originator: from, recipient: to } = route;
    return [{ ...route, example: { header: plainest.witness, from, to, section: section ?? null } }];
  });
  return { open, routes: routes.length, cut: space.cut() };
}
