import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy } from '../../../services/shared/policy/plan.js';
import { diffPolicies } from '../../../services/shared/workbench/diff/diff-policies.js';
import type { Version } from '../../../services/shared/workbench/space/answers.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { type Figures, figuresOf } from '../figures.js';
import { noticesOf, type Subject } from './policy-subjects.js';
import { cpu, inRounds, type Part, ratioOf } from '../rounds.js';

/**
 * The same work by both evaluators in CPU microseconds, and the ratio of Cedar to the compiled rules per
 * round.
 */
export interface Compared {
  readonly compiled: Figures;
  readonly cedar: Figures;
  readonly ratio: Figures;
}

interface Comparing {
  readonly rounds: number;
  /** How often each evaluator repeats the work in a round; fewer for Cedar, which is slow. */
  readonly times: { readonly compiled: number; readonly cedar: number };
}

type Pair = { readonly compiled: Subject; readonly cedar: Subject };
type Prepare = (subject: Subject, count: number) => () => void;

export const oneDecision: Prepare = (subject, count) => subject.decisions(count);
export const wholeNotice: Prepare = (subject, count) => subject.notices(count);

/** Compares the evaluators on notices created anew in each round, so that no result is cached. */
export async function compareIn(
  prepare: Prepare,
  subjects: Pair,
  { rounds, times }: Comparing,
): Promise<Compared> {
  const parts = (['compiled', 'cedar'] as const).map((name) => {
    return { name, operations: times[name], prepare: () => prepare(subjects[name], times[name]) };
  });
  const spent = await inRounds(parts, { rounds, slice: 0 }, cpu);
  const [compiled = [], cedar = []] = parts.map(({ name }) => spent.get(name));
  return { compiled: figuresOf(compiled), cedar: figuresOf(cedar), ratio: ratioOf(cedar, compiled) };
}

/** The cost of cached plans in CPU microseconds. */
export interface LookUps {
  /** Finds the plan of a notice with the same attributes as an earlier one. */
  readonly lookUp: Figures;
  /** Finds the plan, and takes the decision for every member from it. */
  readonly repeated: Figures;
}

export async function measureLookUps(
  { sets, directory }: Version,
  { rounds, times }: { readonly rounds: number; readonly times: number },
): Promise<LookUps> {
  const policy = createPolicy({ engine: createCompiledEngine(sets), sets, directory });
  const notices = noticesOf([...directory.organisations.keys()], 63);
  const partOf = (name: string, more: { readonly recipients?: readonly [] }): Part => {
    const asked = notices.map((attributes) => ({ attributes, sections: SECTIONS, ...more }));
    const work = (): void => {
      for (let time = 0; time < times; time += 1) for (const one of asked) policy.decide(one);
    };
    return { name, operations: times * asked.length, prepare: () => work };
  };
  const parts = [partOf('repeated', {}), partOf('lookUp', { recipients: [] })];
  const spent = await inRounds(parts, { rounds, slice: 0 }, cpu);
  return { repeated: figuresOf(spent.get('repeated') ?? []), lookUp: figuresOf(spent.get('lookUp') ?? []) };
}

/** The number of decisions that `policy diff` covers symbolically per second of one core. */
export interface DiffSpeed {
  readonly decisions: number;
  readonly seconds: Figures;
  readonly perSecond: Figures;
}

/**
 * Measures comparisons with a version that lacks the last rule of one set; caches are cleared before each.
 */
export async function measureDiff(version: Version, rounds: number): Promise<DiffSpeed> {
  const [sizes, seconds]: [number[], number[]] = [[], []];
  for (const set of [...version.sets.sets.keys()].slice(0, rounds)) {
    const before = cpu.now();
    const { size } = await diffPolicies(version, withoutLastRule(version, set), { digest });
    seconds.push((cpu.now() - before) / 1e6);
    sizes.push(Number(size));
  }
  const perSecond = seconds.map((each, round) => (sizes[round] ?? Number.NaN) / each);
  return { decisions: sizes[0] ?? 0, seconds: figuresOf(seconds), perSecond: figuresOf(perSecond) };
}

function withoutLastRule(version: Version, name: string): Version {
  const set = version.sets.sets.get(name);
  if (set === undefined) throw new Error(`no set ${name}`);
  const sets = new Map(version.sets.sets).set(name, { ...set, rules: set.rules.slice(0, -1) });
  return { ...version, sets: { ...version.sets, sets } };
}
