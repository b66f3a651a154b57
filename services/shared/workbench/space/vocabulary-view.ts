import { ATTRIBUTE_FORMS } from '../../notice/attributes.js';
import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
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

/**
 * Returns the view of a version: the attributes and words of its own schema. A consent for a non-member fits,
 * because the planner leaves it out (`plan.ts`).
 */
export function createVocabularyView(schema: Schema, { diagrams, variables }: Deps): VocabularyView {
  const shape = new Map(noticeShape(schema).map((attribute) => [attribute.path, attribute]));
  const isKnown = (level: number, value: unknown): boolean => {
    const { path, form, member } = variables.list[level] ?? NO_VARIABLE;
    const attribute = shape.get(path);
    if (attribute === undefined || form === 'flag' || value === false) return true;
    return value === undefined ? attribute.optional : attribute.words.includes(member ?? String(value));
  };
  const consents = variables.levelsOf('consents').filter((level) => isKnown(level, true));
  const levelsOf = (path: string): readonly number[] => {
    const levels = variables.levelsOf(path).filter((level) => shape.has(variables.list[level]?.path ?? ''));
    return levels.filter((level) => variables.list[level]?.path !== 'consents' || consents.includes(level));
  };
  const typeOf = (path: string): string => shape.get(path)?.type ?? '';
  return {
    variables: { ...variables, levelsOf, typeOf },
    fits: fitsOf({ diagrams, variables, shape, isKnown }),
  };
}

interface FitsParams extends Deps {
  readonly shape: ReadonlyMap<string, AttributeShape>;
  /** True when the version knows the value of the variable at a level. */
  readonly isKnown: (level: number, value: unknown) => boolean;
}

function fitsOf({ diagrams, variables, shape, isKnown }: FitsParams): Diagram<boolean> {
  const [yes, no] = [diagrams.leaf<boolean>(true), diagrams.leaf<boolean>(false)];
  if (![...shape.values()].every(isOfNotices)) return no;
  let fits: Diagram<boolean> = yes;
  for (const [level, { path, values }] of [...variables.list.entries()].toReversed()) {
    if (path === 'consents' || values.every((value) => isKnown(level, value))) continue;
    fits = diagrams.branch(
      level,
      values.map((value) => (isKnown(level, value) ? fits : no)),
    );
  }
  return fits;
}

/** False for an attribute that notices lack or have in another form: no notice fits a schema that requires it. */
function isOfNotices({ path, form, optional }: AttributeShape): boolean {
  const given = ATTRIBUTE_FORMS[path];
  return given === undefined ? optional : given === form;
}

const NO_VARIABLE: Variable = { path: '', form: 'free', values: [] };
