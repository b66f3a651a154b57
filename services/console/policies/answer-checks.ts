import { checkFolder } from '../../shared/workbench/check/check-folder.js';
import { parseFederation } from '../../shared/trust/directory-source.js';
import { measureCoverage, percentOf } from '../../shared/workbench/cases/coverage.js';
import type { Cause } from '../../shared/workbench/cases/failure-rules.js';
import { plainText, ruleWithConditions } from '../../shared/workbench/explain/rule-lines.js';
import { type ExplainedFailure, runCases } from '../../shared/workbench/cases/run-cases.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import type { ShownCases, ShownFailure, ShownLints } from './shown-policies.js';
import { type WorkbenchRequest, ownerOf } from './request.js';

/** Checks the folder with the edit as `policy check` does; an organisation's author sees findings in its own files only. */
export function lint(folder: string, { org }: WorkbenchRequest): ShownLints {
  const today = new Date().toISOString().slice(0, 10);
  const findings = checkFolder(folder, { digest, parseDirectory: parseFederation, today });
  return { findings: findings.filter(({ path }) => org === null || path.startsWith(`${org}/`)) };
}

/** Runs the cases beside the edited rules, and measures how much of these rules all cases together cover. */
export function cases(copy: string, request: WorkbenchRequest): ShownCases {
  const workspace = openWorkspace(copy, digest);
  const owner = ownerOf(request.edit);
  const measured = measureCoverage(workspace, owner);
  const files = runCases(workspace, { engine: measured.engine });
  const results = files.filter(({ file }) => file === `${owner}/cases.yaml`).flatMap((file) => file.results);
  const { rules, conditions, gaps } = measured.report();
  return {
    cases: results.map(({ name, place, failures }) => ({
      name,
      place,
      failures: failures.map((failure) => failureOf(failure, request)),
    })),
    coverage: {
      rules: { ...rules, percent: percentOf(rules) },
      conditions: { ...conditions, percent: percentOf(conditions) },
      gaps: gaps.map((gap) => ({
        rule: gap.rule,
        place: gap.place,
        says: gap.type === 'rule' ? 'never applied' : `never ${gap.missing.join(' nor ')}: ${gap.condition}`,
      })),
    },
  };
}

function failureOf(failure: ExplainedFailure, { org }: WorkbenchRequest): ShownFailure {
  if (failure.type === 'case') return { says: failure.message, why: [] };
  const { recipient, expected, got, causes } = failure;
  const isVisible = ({ place }: Cause['rules'][number]): boolean =>
    org === null || place.startsWith(`${org}/`) || place.startsWith('federation/');
  const why = causes.flatMap(({ says, rules }) => [
    says,
    ...rules.filter(isVisible).map((rule) => plainText(ruleWithConditions(rule))),
  ]);
  return { says: `${recipient}: expected ${expected}, got ${got}`, why };
}
