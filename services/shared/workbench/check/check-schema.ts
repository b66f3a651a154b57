import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import type { Detail } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import { KINDS, SECTIONS } from '../../notice/kinds.js';
import { schemaToJson } from '../../policy/cedar/cedar.js';
import { schemaMessage, unresolvedType } from '../../policy/cedar/cedar-messages.js';
import { lineAndColumn, unitsOf } from '../../policy/rule-text.js';
import { type Schema, vocabularyOf } from '../../policy/schema.js';

/**
 * Returns every error of Cedar about `schema.cedarschema`, at its place; for a valid schema, the kinds and sections
 * that no notice has, because no rule about them could apply.
 */
export function checkSchema({ path, text }: { path: string; text: string }): readonly Detail[] {
  const answer = schemaToJson(text);
  if (answer.type === 'success') return unknownWords({ path, text }, answer.json);
  return answer.errors.map((error) => {
    const { offset, message } = faultAt(text, error);
    return { path: `${path}:${lineAndColumn(text, Math.max(offset, 0))}`, message };
  });
}

function faultAt(text: string, error: DetailedError): { offset: number; message: string } {
  const unknown = unresolvedType(error);
  if (unknown === undefined) {
    return { offset: unitsOf(text, error.sourceLocations?.[0]?.start ?? 0), message: schemaMessage(error) };
  }
  // Cedar counts the place of an undeclared type within its name, not within the file: its first use is looked up.
  const offset = text.search(new RegExp(`(?<=[:<\\[,=]\\s*)${unknown}\\b`));
  return { offset, message: `no type \`${unknown}\`${didYouMean(unknown, declaredIn(text))}` };
}

function declaredIn(schema: string): readonly string[] {
  return [...schema.matchAll(/^\s*(?:entity|type)\s+(\w+)/gm)].map(([, name = '']) => name);
}

function unknownWords({ path, text }: { path: string; text: string }, schema: Schema): readonly Detail[] {
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
