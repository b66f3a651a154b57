import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import { withMembers } from '../many-members.js';
import { compareIn, measureDiff, measureLookUps, oneDecision, wholeNotice } from './policy-rounds.js';
import { type BenchPolicyResult, policyFigures, type PolicyResult } from './policy-figures.js';
import { policySeries } from './policy-series.js';
import { subjectsOf } from './policy-subjects.js';
import { profiled } from '../profiled.js';
import { measureReloads, withInterpreted } from './reload-memory.js';
import { showBenchPolicy } from './show-bench-policy.js';

export interface BenchPolicyOptions extends CommonOptions {
  readonly policies: string;
  readonly rounds: number;
  readonly reloads: number;
  readonly organisations: number;
  readonly series?: boolean;
}

async function measureAll(
  { policies, rounds, reloads, organisations }: BenchPolicyOptions,
  say: (words: string) => void,
): Promise<PolicyResult> {
  const shipped = withMembers(policies);
  // Measured first, before other work increases the memory of the process.
  say(`memory over ${reloads} reloads`);
  const compiled = await measureReloads(shipped, reloads);
  const interpreted = await measureReloads(withInterpreted(shipped), reloads);
  say('one decision, and plans');
  const few = subjectsOf(shipped);
  const decision = await compareIn(oneDecision, few, { rounds, times: { compiled: 5_000, cedar: 50 } });
  const plans = await measureLookUps(shipped, { rounds, times: 300 });
  const members = shipped.directory.organisations.size;
  say(`every recipient and section of a notice, ${members} members`);
  const whole = await compareIn(wholeNotice, few, { rounds, times: { compiled: 45, cedar: 1 } });
  say(`the same, ${organisations} members`);
  const many = subjectsOf(withMembers(policies, organisations));
  const wholeOfMany = await compareIn(wholeNotice, many, { rounds, times: { compiled: 5, cedar: 1 } });
  say('exhaustive comparisons');
  return {
    rounds,
    decision,
    notices: [
      { organisations: members, ...whole },
      { organisations, ...wholeOfMany },
    ],
    plans,
    diff: await measureDiff(shipped, rounds),
    memory: { compiled, interpreted },
  };
}

/** Milliseconds per point of a series in each round. */
const SLICE_MS = 20;

async function measure(
  { options }: Call<BenchPolicyOptions>,
  say: (words: string) => void,
): Promise<BenchPolicyResult> {
  const result = await profiled(options.profile, () => measureAll(options, say));
  const { policies, rounds } = options;
  if (options.series === true) say('by members, rules and share of new plans');
  const series = options.series === true ? await policySeries(policies, { rounds, slice: SLICE_MS }) : [];
  return { machine: thisMachine(), ...result, figures: policyFigures(result), series };
}

const bench: Bench<BenchPolicyOptions, BenchPolicyResult> = {
  name: 'policy',
  measure,
  show: showBenchPolicy,
};

export const runBenchPolicy = runOf(bench);
