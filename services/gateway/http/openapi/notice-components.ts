import { schemas } from '../../../shared/notice/generated/schemas.js';

const PLACE = '#/components/schemas/';

/** A reference to a schema of the document by its name, or to a part of one: `draft/properties/header`. */
export const ref = (name: string): object => ({ $ref: `${PLACE}${name}` });

/** The prefix for a file's definitions: a section may have the same name as a word of the vocabulary. */
const PREFIX: Readonly<Record<string, string>> = { 'sections.schema.json': 'section-' };

interface SchemaFile {
  readonly $id: string;
  readonly definitions?: Readonly<Record<string, object>>;
}

/** Schemas of drafts, headers and sections, from `proto/schema`. */
export const noticeComponents: Readonly<Record<string, object>> = Object.fromEntries(
  ['vocabulary', 'sections', 'header', 'draft'].flatMap(componentsOf),
);

function componentsOf(name: string): readonly (readonly [name: string, schema: object])[] {
  const $id = `${name}.schema.json`;
  const found = (schemas as readonly SchemaFile[]).find((file) => file.$id === $id);
  if (found === undefined) throw new Error(`no schema \`${name}\``);
  const { definitions = {}, whole } = split(withDocumentRefs(found));
  const parts = Object.entries(definitions).map(
    ([part, schema]) => [nameOf(`#/definitions/${part}`, $id), schema] as const,
  );
  return name === 'vocabulary' ? parts : [...parts, [name, whole]];
}

/** Rewrites each reference of a file to the schema of the document that it names. */
function withDocumentRefs(file: SchemaFile): SchemaFile {
  const text = JSON.stringify(file, (key, value: unknown) =>
    key === '$ref' ? `${PLACE}${nameOf(String(value), file.$id)}` : value,
  );
  return JSON.parse(text) as SchemaFile;
}

/** The name in the document: `vocabulary.schema.json#/definitions/word` is `word`, `header.schema.json` is `header`. */
function nameOf(reference: string, here: string): string {
  const [file = '', part = ''] = reference.split('#/definitions/');
  const there = file === '' ? here : file;
  return part === '' ? there.replace('.schema.json', '') : `${PREFIX[there] ?? ''}${part}`;
}

function split(file: SchemaFile): {
  readonly definitions?: SchemaFile['definitions'];
  readonly whole: object;
} {
  const { definitions, $id: _, ...whole } = file;
  const { $schema: _schema, title: _title, ...rest } = whole as Readonly<Record<string, unknown>>;
  return { definitions, whole: rest };
}
