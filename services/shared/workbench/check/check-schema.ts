import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { didYouMean } from '../../kernel/nearest.js';
import { wordsOf } from '../../notice/kinds.js';
import { schemaToJson } from '../../policy/cedar/cedar.js';
import { schemaMessage, unresolvedType } from '../../policy/cedar/cedar-messages.js';
import { lineAndColumn } from '../../kernel/line-and-column.js';
import { unitsOf } from '../../policy/text/rule-text.js';
import { type Schema, vocabularyOf } from '../../policy/schema.js';
import { supplyFaults } from '../../policy/supply-faults.js';
import { placeInSchema } from '../../policy/text/schema-place.js';
import { type Token, tokensIn } from '../../policy/text/tokens.js';
import { type Finding, findingOf } from './finding.js';
import type { Lint } from './lints.js';

interface SchemaFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Returns what is wrong with `schema.cedarschema`, at its place: every error and warning of Cedar; for a schema that
 * Cedar accepts, where it does not fit notices, the directory and the questions, and words that only one side has.
 */
export function checkSchema({ path, text }: SchemaFile): readonly Finding[] {
  const answer = schemaToJson(text);
  const found = (lint: Lint, place: string, message: string): Finding =>
    findingOf(lint, { path: `${path}:${place}`, message });
  const said = (lint: Lint, errors: readonly DetailedError[]): readonly Finding[] =>
    errors.map((error) => found(lint, ...faultAt(text, error)));
  if (answer.type === 'failure') return said('invalid', answer.errors);
  const misfits = supplyFaults(answer.json).map(({ severity, at, message }) =>
    found(severity === 'error' ? 'schema' : 'unsupplied', placeInSchema(text, at), message),
  );
  const words = wordFaults(answer.json).map(({ lint, at, message }) =>
    found(lint, placeInSchema(text, at), message),
  );
  return [...said('cedar', answer.warnings), ...misfits, ...words];
}

function faultAt(text: string, error: DetailedError): [place: string, message: string] {
  const unknown = unresolvedType(error);
  if (unknown === undefined) {
    const offset = unitsOf(text, error.sourceLocations?.[0]?.start ?? 0);
    return [lineAndColumn(text, offset), schemaMessage(error)];
  }
  // Cedar counts the place of an undeclared type within its name, not within the file: its first use is looked up.
  const tokens = [...tokensIn(text)];
  const use = tokens.find((token, index) => token.text === unknown && isUse(tokens[index - 1]));
  const message = `no type \`${unknown}\`${didYouMean(unknown, declaredIn(tokens))}`;
  return [lineAndColumn(text, use?.start ?? 0), message];
}

/** True when the name of a type follows: in an attribute, a set or a list. */
function isUse(before: Token | undefined): boolean {
  return [':', '<', '[', ',', '=', 'in'].includes(before?.text ?? '');
}

function declaredIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ text }, index) =>
    ['entity', 'type'].includes(tokens[index - 1]?.text ?? '') ? [text] : [],
  );
}

/** The vocabularies that notices share with the schema, by the name in `vocabulary.schema.json`. */
const SHARED = {
  Kind: 'kind',
  Section: 'section',
  Purpose: 'purpose',
  PersonStatus: 'personStatus',
  CrimeArea: 'crimeArea',
  Country: 'country',
  HandlingCode: 'handlingCode',
  Tlp: 'tlp',
  Classification: 'classification',
  BreakGlass: 'breakGlass',
};

interface WordFault {
  readonly lint: 'invalid' | 'missing-word';
  readonly at: readonly string[];
  readonly message: string;
}

/** Finds words that no notice has, which no rule could be about, and words of notices that the schema lacks. */
function wordFaults(schema: Schema): readonly WordFault[] {
  return Object.entries(SHARED).flatMap(([type, name]) => {
    const [here, there] = [vocabularyOf(schema, type), wordsOf(name)];
    if (here === undefined) return [];
    const extra = here
      .filter((word) => !there.includes(word))
      .map((word): WordFault => {
        const message = `no notice has the ${name} \`${word}\`${didYouMean(word, there)}`;
        return { lint: 'invalid', at: ['entity', type, word], message };
      });
    const absent = there.filter((word) => !here.includes(word));
    if (absent.length === 0) return extra;
    const message = `\`${type}\` lacks ${absent.map((word) => `\`${word}\``).join(', ')}: a notice may have it, and is denied`;
    return [...extra, { lint: 'missing-word', at: ['entity', type], message }];
  });
}
