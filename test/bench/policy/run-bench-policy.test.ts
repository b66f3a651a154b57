import { expect, test } from 'vitest';
import { withMembers } from '../many-members.js';
import type { BenchLine } from '../measurement.js';
import { noticesOf } from './policy-subjects.js';
import type { BenchPolicyResult } from './policy-figures.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy } from '../../../services/shared/policy/plan.js';
import { folder } from '../../policies/sample.js';
import { runLine } from '../../cli/policy/run-line.js';
import { expectSound, figuresShape, lineShape } from '../../support/bench-line-shape.js';

const SHORT = ['--rounds', '1', '--reloads', '4', '--organisations', '9', '--series'];
const figures = figuresShape;
const compared = { compiled: figures, cedar: figures, ratio: figures };
const memory = {
  reloads: 4,
  early: expect.any(Number),
  late: expect.any(Number),
  slope: expect.any(Number),
};

test('bench policy --json: the last line holds every figure with its spread, and the machine', async () => {
  const { code, stdout } = await runLine(['bench', 'policy', ...SHORT, '--json']);
  expect(code).toBe(0);
  const result = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BenchLine<BenchPolicyResult>;
  expect(result).toEqual({
    ...lineShape('policy'),
    rounds: 1,
    decision: compared,
    notices: [
      { organisations: 7, ...compared },
      { organisations: 9, ...compared },
    ],
    plans: { lookUp: figures, repeated: figures },
    diff: { decisions: expect.any(Number), seconds: figures, perSecond: figures },
    memory: { compiled: memory, interpreted: memory },
  });
  expectSound(result);
  expect(result.series.map(({ name }) => name)).toEqual([
    'Deciding by number of organisations',
    'Deciding by number of rules',
    'Deciding by share of new plans',
  ]);
  expect(result.diff.decisions).toBeGreaterThan(1e9);
});

test('withMembers: a large federation repeats the shipped one, and all its rules can be evaluated', () => {
  const { sets, directory } = withMembers(folder, 16);
  expect([...directory.organisations.keys()].slice(6, 8)).toEqual(['ecopol-0', 'interpol-1']);
  const faults: unknown[] = [];
  const policy = createPolicy({
    engine: createCompiledEngine(sets),
    sets,
    directory,
    onError: (fault) => faults.push(fault),
  });
  const outcomes = noticesOf([...directory.organisations.keys()], 48).flatMap((attributes) =>
    policy.decide({ attributes, sections: SECTIONS }).map(({ outcome }) => outcome),
  );
  expect(faults).toEqual([]);
  expect(new Set(outcomes).size).toBeGreaterThan(1);
});
