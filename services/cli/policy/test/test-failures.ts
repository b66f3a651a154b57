import { ruleWithConditions } from '../../../shared/workbench/explain/rule-lines.js';
import type { CaseResult, ExplainedFailure } from '../../../shared/workbench/cases/run-cases.js';
import { breakWords } from '../../notice/notice-table.js';
import type { Output } from '../../terminal/output.js';
import { paintLines, READABLE } from '../paint-lines.js';

type Look = Pick<Output, 'paint' | 'width'>;

/** Formats a failing case for a person: its place, then for each recipient the expected and actual result, and why. */
export function failureLines({ name, place, failures }: CaseResult, look: Look): string {
  const { bold, dim, red } = look.paint;
  return [`${red('✗')} ${bold(name)}  ${dim(place)}`, ...failures.map((each) => linesOf(each, look))].join(
    '\n',
  );
}

function linesOf(failure: ExplainedFailure, look: Look): string {
  if (failure.type === 'case') return `    ${failure.message}`;
  const { recipient, expected, got, causes } = failure;
  return [
    `    ${look.paint.bold(recipient)}`,
    labelled('expected', expected, look),
    labelled('got', got, look),
    ...causes.flatMap(({ says, rules }) => [
      paintLines([{ indent: 0, text: says, tone: 'plain' }], 6, look),
      ...rules.map((rule) => paintLines(ruleWithConditions(rule), 8, look)),
    ]),
  ].join('\n');
}

function labelled(label: string, text: string, { paint, width }: Look): string {
  const lines = breakWords(text, Math.min(width, READABLE) - 16).split('\n');
  return `      ${paint.dim(label.padEnd(8))}  ${lines.join(`\n${' '.repeat(16)}`)}`;
}
