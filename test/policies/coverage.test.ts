import { expect, test } from 'vitest';
import { measureCoverage, percentOf } from '../../services/shared/workbench/cases/coverage.js';
import { runCases } from '../../services/shared/workbench/cases/run-cases.js';
import { openWorkspace } from '../../services/shared/workbench/workspace.js';
import { digest } from '../../services/shared/trust/digest.js';
import { folder } from './sample.js';

test('shipped policies: the cases cover every rule, and every condition as true and as false', () => {
  const workspace = openWorkspace(folder, digest);
  const { engine, report } = measureCoverage(workspace);
  runCases(workspace, { engine });
  const { rules, conditions, gaps } = report();
  expect(gaps).toEqual([]);
  expect([percentOf(rules), percentOf(conditions)]).toEqual([100, 100]);
  expect(rules.total).toBe(workspace.sets.rules.size);
});
