import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Call } from '../verb.js';
import { type Machine, thisMachine } from './figures.js';
import { withMembers } from './many-members.js';
import {
  type Compared,
  compareIn,
  type DiffSpeed,
  type LookUps,
  measureDiff,
  measureLookUps,
  oneDecision,
  wholeNotice,
} from './policy-rounds.js';
import { subjectsOf } from './policy-subjects.js';
import { measureReloads, type ReloadMemory, withInterpreted } from './reload-memory.js';
import { showBenchPolicy } from './show-bench-policy.js';

export interface BenchPolicyOptions {
  readonly policies: string;
  readonly rounds: number;
  readonly reloads: number;
  readonly organisations: number;
}

/** `bench policy --json`. Times in CPU microseconds of one core. */
export interface BenchPolicyResult {
  readonly machine: Machine;
  readonly rounds: number;
  /** One set, one notice, one recipient. */
  readonly decision: Compared;
  /** Every recipient and section of one notice, by members. */
  readonly notices: readonly ({ readonly organisations: number } & Compared)[];
  readonly plans: LookUps;
  readonly diff: DiffSpeed;
  /** Without and with a rule that is left to Cedar. */
  readonly memory: { readonly compiled: ReloadMemory; readonly interpreted: ReloadMemory };
}

export async function runBenchPolicy({ options, output }: Call<BenchPolicyOptions>): Promise<ExitCode> {
  const result = await measure(options, (words) => output.note(output.notePaint.dim(words)));
  if (output.json) output.record(result);
  else output.print(showBenchPolicy(result, output));
  return EXIT.yes;
}

async function measure(
  { policies, rounds, reloads, organisations }: BenchPolicyOptions,
  say: (words: string) => void,
): Promise<BenchPolicyResult> {
  const shipped = withMembers(policies);
  // First, while nothing else has grown the process.
  say(`memory over ${reloads} reloads`);
  const compiled = await measureReloads(shipped, reloads);
  const interpreted = await measureReloads(withInterpreted(shipped), reloads);
  say('one decision, and plans');
  const few = subjectsOf(shipped);
  const decision = compareIn(oneDecision, few, { rounds, times: { compiled: 5_000, cedar: 50 } });
  const plans = measureLookUps(shipped, { rounds, times: 300 });
  const members = shipped.directory.organisations.size;
  say(`every recipient and section of a notice, ${members} members`);
  const whole = compareIn(wholeNotice, few, { rounds, times: { compiled: 45, cedar: 1 } });
  say(`the same, ${organisations} members`);
  const many = subjectsOf(withMembers(policies, organisations));
  const wholeOfMany = compareIn(wholeNotice, many, { rounds, times: { compiled: 5, cedar: 1 } });
  say('exhaustive comparisons');
  return {
    machine: thisMachine(),
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
