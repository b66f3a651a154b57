import { type Coverage, type Figure, percentOf } from '../../../shared/workbench/cases/coverage.js';
import type { CaseResult, ExplainedFailure, FileResult } from '../../../shared/workbench/cases/run-cases.js';

/** Returns the output of `policy test --json`. */
export function testDocument(files: readonly FileResult[], coverage: Coverage | undefined) {
  const results = files.flatMap((file) => file.results);
  return {
    cases: results.length,
    failed: results.filter(({ failures }) => failures.length > 0).length,
    files: files.map(({ file, results: cases }) => ({ file, cases: cases.map(caseOf) })),
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage) }),
  };
}

function caseOf({ name, place, decisions, failures }: CaseResult) {
  const recipients = decisions.map(({ recipient, outcome, rules, ...rest }) => ({
    org: recipient,
    outcome,
    ...rest,
    rules: rules.map(({ layer, id, reason }) => ({ layer, id, reason })),
  }));
  return { name, place, holds: failures.length === 0, failures: failures.map(failureOf), recipients };
}

function failureOf(failure: ExplainedFailure) {
  if (failure.type === 'case') return { message: failure.message };
  const { recipient: org, expected, got, causes } = failure;
  return { org, expected, got, causes };
}

function coverageOf({ rules, conditions, gaps }: Coverage) {
  const figure = (of: Figure) => ({ ...of, percent: percentOf(of) });
  return { rules: figure(rules), conditions: figure(conditions), gaps };
}
