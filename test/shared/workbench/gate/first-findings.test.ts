import { expect, test } from 'vitest';
import { firstFindings } from '../../../../services/shared/workbench/gate/first-findings.js';
import type { GateFinding } from '../../../../services/shared/workbench/gate/verdict.js';
import { alfa, bravo } from '../../policy/folder.js';

const failing = (org: GateFinding['org'], name: string): GateFinding => ({
  condition: 'case',
  org,
  place: `${org}/cases.yaml:1:1`,
  message: `the case "${name}" fails`,
});

test('an organisation with many failing cases gets one alarm, of bounded length', () => {
  const many = Array.from({ length: 100 }, (_, index) => failing(alfa, `${index}`));
  expect(firstFindings([...many, failing(bravo, 'one')])).toEqual([
    { ...failing(alfa, '0'), message: 'the case "0" fails, and 99 more' },
    failing(bravo, 'one'),
  ]);
  expect(firstFindings([failing(alfa, 'x'.repeat(10_000))])[0]?.message).toHaveLength(300);
  expect(firstFindings([])).toEqual([]);
});
