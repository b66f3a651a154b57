import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Detail } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import { KINDS, SECTIONS } from '../../notice/kinds.js';
import { lineAndColumn, unitsOf } from '../../policy/rule-text.js';
import { type Schema, vocabularyOf } from '../../policy/schema.js';

/**
 * Everything that Cedar says against `schema.cedarschema`, at its place; then words of kinds and sections that no notice
 * has, since no rule about them would ever apply.
 */
export function checkSchema({ path, text }: { path: string; text: string }): readonly Detail[] {
  const answer = schemaToJson(text);
  if (answer.type === 'success') return strangers({ path, text }, answer.json);
  return answer.errors.map(({ message, help, sourceLocations }) => {
    const unknown = /^failed to resolve type: (\w+)$/.exec(message)?.[1];
    // Of a type that is not there Cedar gives the place within its name.
    const offset =
      unknown === undefined
        ? unitsOf(text, sourceLocations?.[0]?.start ?? 0)
        : text.search(new RegExp(`(?<=[:<\\[,=]\\s*)${unknown}\\b`));
    const hint =
      unknown === undefined ? (help === null ? '' : `, ${help}`) : didYouMean(unknown, declaredIn(text));
    const words =
      unknown === undefined
        ? message.replace(/^failed to parse schema from string: (error parsing schema: )?/, '')
        : `no type \`${unknown}\``;
    return { path: `${path}:${lineAndColumn(text, Math.max(offset, 0))}`, message: `${words}${hint}` };
  });
}

function declaredIn(schema: string): readonly string[] {
  return [...schema.matchAll(/^\s*(?:entity|type)\s+(\w+)/gm)].map(([, name = '']) => name);
}

function strangers({ path, text }: { path: string; text: string }, schema: Schema): readonly Detail[] {
  return [
    { type: 'Kind', words: KINDS as readonly string[] },
    { type: 'Section', words: SECTIONS as readonly string[] },
  ].flatMap(({ type, words }) =>
    (vocabularyOf(schema, type) ?? [])
      .filter((word) => !words.includes(word))
      .map((word) => ({
        path: `${path}:${lineAndColumn(text, text.indexOf(JSON.stringify(word)))}`,
        message: `no notice has the ${type.toLowerCase()} \`${word}\`${didYouMean(word, words)}`,
      })),
  );
}
