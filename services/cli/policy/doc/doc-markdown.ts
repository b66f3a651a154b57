import type { Phrase } from '../../../shared/workbench/print/plain-words.js';
import type { DocumentedRule } from '../../../shared/workbench/print/policy-document.js';
import { conditionHead, effectOf, purposeOf, INTRODUCTION, JOINS, type PolicyDocument } from './doc-words.js';

/** Returns the document of the rules as Markdown: numbered, in plain words, without a date, so that it is reproducible. */
export function documentMarkdown({ federation, sets, schema }: PolicyDocument): string {
  const digests = [['schema', schema], ...sets.map(({ title, digest }) => [title, digest])];
  return [
    `# The rules of the ${escaped(federation.federation)} federation`,
    ...INTRODUCTION,
    ...sets.flatMap((set) => [
      `## ${escaped(set.title)}`,
      escaped(purposeOf(set, federation)),
      ...set.rules.map((rule) => ruleMarkdown(rule, set.title)),
    ]),
    '## Which version this is',
    [
      '| file | SHA-256 |',
      '|---|---|',
      ...digests.map(([file, digest]) => `| ${file} | \`${digest}\` |`),
    ].join('\n'),
  ].join('\n\n');
}

/** Returns one rule of the set with this title in plain words, as Markdown. */
export function ruleMarkdown(rule: DocumentedRule, title: string): string {
  const { number, id, reason, article, obligation, when, unless } = rule;
  return [
    `**${title}, ${number}** (\`${id}\`): ${escaped(reason)}.\n`,
    `* ${effectOf(rule)}`,
    ...conditions('when', when),
    ...conditions('unless', unless),
    ...(obligation === null ? [] : [`* the recipient takes on: ${escaped(obligation)}`]),
    ...(article === null ? [] : [`* rests on: ${escaped(article)}`]),
  ].join('\n');
}

function conditions(word: 'when' | 'unless', phrases: readonly Phrase[]): readonly string[] {
  const [first] = phrases;
  if (first === undefined) return [];
  if (phrases.length === 1 && typeof first === 'string') return [`* ${word} ${escaped(first)}`];
  if (phrases.length === 1 && typeof first === 'object') {
    return [`* ${word} ${JOINS[first.join]}:`, ...first.parts.flatMap((part) => phraseLines(part, '  '))];
  }
  return [`* ${conditionHead(word, phrases.length)}:`, ...phrases.flatMap((part) => phraseLines(part, '  '))];
}

function phraseLines(phrase: Phrase, indent: string): readonly string[] {
  if (typeof phrase === 'string') return [`${indent}* ${escaped(phrase)}`];
  return [
    `${indent}* ${JOINS[phrase.join]}:`,
    ...phrase.parts.flatMap((part) => phraseLines(part, `${indent}  `)),
  ];
}

/** Escapes Markdown and HTML in names and reasons. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
