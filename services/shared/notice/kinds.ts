import type { Documents } from './generated/documents.js';
import { schemas } from './generated/schemas.js';

type Generated = NonNullable<Documents['notice']>;

/** The kind of a notice: what it asks for. */
export type Kind = Generated['header']['kind'];
/** A part of a notice that policy discloses or withholds as a whole. */
export type Section = keyof Generated['sections'];

interface KindSchema {
  readonly $id: string;
  readonly properties: {
    readonly sections: {
      readonly properties: Readonly<Record<string, unknown>>;
      readonly required: readonly string[];
    };
  };
}

interface Vocabulary {
  readonly $id: string;
  readonly definitions: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}

function schemaOf(name: string): object {
  const found = schemas.find((schema) => (schema as { $id: string }).$id === `${name}.schema.json`);
  if (found === undefined) throw new Error(`no schema \`${name}\``);
  return found;
}

/** Returns the words of a vocabulary by its name in `proto/schema/vocabulary.schema.json`; none if it is unknown. */
export function wordsOf(name: string): readonly string[] {
  return (schemaOf('vocabulary') as Vocabulary).definitions[name]?.enum ?? [];
}

/** The nine kinds, in the order of the vocabulary. */
export const KINDS = wordsOf('kind') as readonly Kind[];
/** The seventeen sections, in the order of the vocabulary. */
export const SECTIONS = wordsOf('section') as readonly Section[];

/** Returns the sections that a kind must and may have; no others are allowed. Source: `proto/schema/kind-<kind>.schema.json`. */
export function sectionsOf(kind: Kind): {
  readonly required: readonly Section[];
  readonly optional: readonly Section[];
} {
  const { properties, required } = (schemaOf(`kind-${kind}`) as KindSchema).properties.sections;
  return {
    required: SECTIONS.filter((section) => required.includes(section)),
    optional: SECTIONS.filter((section) => Object.hasOwn(properties, section) && !required.includes(section)),
  };
}
