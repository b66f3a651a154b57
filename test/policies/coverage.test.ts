import { expect, test } from 'vitest';
import { measureCoverage, percentOf } from '../../services/shared/workbench/cases/coverage.js';
import { runCases } from '../../services/shared/workbench/cases/run-cases.js';
import { openWorkspace } from '../../services/shared/workbench/workspace.js';
import { digest } from '../../services/shared/trust/digest.js';
import { folder } from './sample.js';

test('the cases of the shipped policies show every rule applying and every condition both ways', () => {
  const workspace = openWorkspace(folder, digest);
  const { engine, report } = measureCoverage(workspace);
  runCases(workspace, engine);
  const { rules, conditions, gaps } = report();
  expect(gaps).toEqual([]);
  expect([percentOf(rules), percentOf(conditions)]).toEqual([100, 100]);
  expect(rules.total).toBe(workspace.sets.rules.size);
});
