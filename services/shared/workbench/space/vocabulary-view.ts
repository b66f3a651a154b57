import { noticeShape, type Schema } from '../../policy/schema.js';
import type { Diagram, Diagrams } from './diagram.js';
import type { Variable, Variables } from './variables.js';

/** The view of one version on notices with the words of several versions. */
export interface VocabularyView {
  readonly variables: Variables;
  /** False for a notice with a word that is in no vocabulary of this version: every set denies it. */
  readonly fits: Diagram<boolean>;
}

interface Deps {
  readonly diagrams: Diagrams;
  readonly variables: Variables;
}

/** Returns the view of a version. A consent for a non-member fits: it is left out, as the planner does (`plan.ts`). */
export function createVocabularyView(schema: Schema, { diagrams, variables }: Deps): VocabularyView {
  const words = new Map(noticeShape(schema).map(({ path, words }) => [path, new Set(words)]));
  const isKnown = ({ path, form, member }: Variable, value: unknown): boolean => {
    if (form === 'flag' || value === undefined || value === false) return true;
    return words.get(path)?.has(member ?? String(value)) ?? true;
  };
  const [yes, no] = [diagrams.leaf<boolean>(true), diagrams.leaf<boolean>(false)];
  let fits: Diagram<boolean> = yes;
  for (const [level, variable] of [...variables.list.entries()].toReversed()) {
    if (variable.path === 'consents' || variable.values.every((value) => isKnown(variable, value))) continue;
    fits = diagrams.branch(
      level,
      variable.values.map((value) => (isKnown(variable, value) ? fits : no)),
    );
  }
  const consents = variables.levelsOf('consents').filter((level) => {
    const variable = variables.list[level];
    return variable !== undefined && isKnown(variable, true);
  });
  const levelsOf = (path: string): readonly number[] =>
    path === 'consents' ? consents : variables.levelsOf(path);
  return { variables: { ...variables, levelsOf }, fits };
}
