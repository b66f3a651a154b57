import { failureText } from './cases.js';
import { plainText, ruleWithConditions } from '../explain/rule-lines.js';
import type { CaseResult, ExplainedFailure, FileResult } from './run-cases.js';

/**
 * Returns results as JUnit XML: a suite per file, a test per case. It holds no times, so that equal results give equal
 * bytes.
 */
export function junitXml(files: readonly FileResult[]): string {
  const suites = files.map(suiteOf);
  const all = files.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="policy test"${countsOf(all)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf({ file, results }: FileResult): string {
  const cases = results.map((result) => caseOf(file, result));
  return [`  <testsuite name="${escape(file)}"${countsOf(results)}>`, ...cases, '  </testsuite>'].join('\n');
}

function countsOf(results: readonly CaseResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return ` tests="${results.length}" failures="${failed}" errors="0" skipped="0"`;
}

function caseOf(file: string, { name, place, failures }: CaseResult): string {
  const line = place.split(':').at(-2) ?? '';
  const head = `    <testcase classname="${escape(file)}" name="${escape(name)}" file="${escape(file)}" line="${line}"`;
  const [first] = failures;
  if (first === undefined) return `${head}/>`;
  const message = `${place}: ${failureText(first)}`;
  const text = failures.map(explained).join('\n');
  return [
    `${head}>`,
    `      <failure type="case" message="${escape(message)}">${escape(text, /[&<>\r]/g)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function explained(failure: ExplainedFailure): string {
  const causes = failure.causes.flatMap(({ says, rules }) => [
    says,
    ...rules.map((rule) => plainText(ruleWithConditions(rule))),
  ]);
  return [failureText(failure), ...causes].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Parsers replace these in attributes by spaces (XML 1.0, 3.3.3).
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
/**
 * Characters that XML 1.0 excludes, even as references (2.2): control characters, lone surrogates, U+FFFE and U+FFFF.
 */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Escapes a text for an attribute; an element needs fewer `marks`. */
function escape(text: string, marks = /[&<>"'\n\r\t]/g): string {
  return text.replaceAll(UNWRITABLE, '\uFFFD').replaceAll(marks, (mark) => ENTITIES[mark] ?? mark);
}
