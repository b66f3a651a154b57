import { didYouMean } from '../../kernel/nearest.js';
import type { PlacedRule } from '../../policy/rule.js';
import { lineAndColumn } from '../../kernel/line-and-column.js';
import { type AttributeType, recordType, type Schema } from '../../policy/schema.js';
import { type Token, tokensIn } from '../../policy/text/tokens.js';
import { type Finding, findingOf } from './finding.js';

/** A file of rules with the rules in it that parse. */
interface RulesOfFile {
  readonly file: { readonly path: string; readonly text: string };
  readonly rules: readonly PlacedRule[];
}

type Attributes = Readonly<Record<string, AttributeType>>;

/**
 * Finds names behind `has` that the schema does not declare, which Cedar accepts and which are always absent. What is
 * left of `has` must be a variable or a path of names from it.
 */
export function lintHas({ file, rules }: RulesOfFile, schema: Schema): readonly Finding[] {
  return rules.flatMap((rule) => {
    const tokens = [...tokensIn(rule.text)];
    return tokens.flatMap((token, index) => {
      if (token.text !== 'has' || tokens[index - 1]?.text === '.') return [];
      const fault = faultAt(pathBefore(tokens, index), pathAfter(tokens, index), schema);
      if (fault === undefined) return [];
      const path = `${file.path}:${lineAndColumn(file.text, rule.start + fault.start)}`;
      return [findingOf('absent-attribute', { path, message: fault.message })];
    });
  });
}

/** Returns `['resource', 'evaluation']` for `resource.evaluation has`. */
function pathBefore(tokens: readonly Token[], has: number): readonly string[] {
  let at = has - 1;
  while (tokens[at - 1]?.text === '.') at -= 2;
  return tokens.slice(Math.max(at, 0), has).flatMap(({ text }) => (text === '.' ? [] : [text]));
}

/** Returns the names in `has evaluation.source`. */
function pathAfter(tokens: readonly Token[], has: number): readonly Token[] {
  const names: Token[] = [];
  for (let at = has + 1; at < tokens.length; at += 2) {
    names.push(...tokens.slice(at, at + 1));
    if (tokens[at + 1]?.text !== '.') break;
  }
  return names;
}

function faultAt(
  [variable = '', ...before]: readonly string[],
  after: readonly Token[],
  schema: Schema,
): { readonly start: number; readonly message: string } | undefined {
  let attributes = attributesOf(schema, variable);
  for (const name of before) attributes = attributes?.[name]?.attributes;
  for (const { text, start } of after) {
    if (attributes === undefined) return undefined;
    const name = text.replaceAll('"', '');
    const known = attributes[name];
    if (known === undefined)
      return {
        start,
        message: `no attribute \`${name}\`, so \`has\` is false${didYouMean(name, Object.keys(attributes))}`,
      };
    attributes = known.attributes;
  }
  return undefined;
}

/** Returns the attributes of a variable; for `context`, of the context of any action. */
function attributesOf(schema: Schema, variable: string): Attributes | undefined {
  if (variable === 'principal') return recordType(schema, 'Organisation');
  if (variable === 'resource') return recordType(schema, 'Notice');
  if (variable !== 'context') return undefined;
  const contexts = Object.values(schema['']?.actions ?? {}).map(
    ({ appliesTo }) => (appliesTo?.context as AttributeType | undefined)?.attributes ?? {},
  );
  return Object.assign({}, ...contexts) as Attributes;
}
