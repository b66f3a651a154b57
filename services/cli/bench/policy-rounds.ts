import { SECTIONS } from '../../shared/notice/kinds.js';
import { createCompiledEngine } from '../../shared/policy/compiled-engine.js';
import { createPolicy } from '../../shared/policy/plan.js';
import { diffPolicies } from '../../shared/policy/workbench/diff/diff-policies.js';
import type { Version } from '../../shared/policy/workbench/space/answers.js';
import { digest } from '../../shared/trust/digest.js';
import { cpuOf, type Figures, figuresOf } from './figures.js';
import { noticesOf, type Subject } from './policy-subjects.js';

/** The same work by either evaluator, CPU microseconds each time, and how many times Cedar's is ours, round by round. */
export interface Compared {
  readonly compiled: Figures;
  readonly cedar: Figures;
  readonly ratio: Figures;
}

export interface Rounds {
  readonly rounds: number;
  /** How often each does it in a round: Cedar seldom, for it is slow. */
  readonly times: { readonly compiled: number; readonly cedar: number };
}

type Pair = { readonly compiled: Subject; readonly cedar: Subject };
type Prepare = (subject: Subject, count: number) => () => void;

export const oneDecision: Prepare = (subject, count) => subject.decisions(count);
export const wholeNotice: Prepare = (subject, count) => subject.notices(count);

/** Interleaved, whichever was first is second in the next round; a round before is not counted. */
export function compareIn(prepare: Prepare, subjects: Pair, { rounds, times }: Rounds): Compared {
  const spent = { compiled: [] as number[], cedar: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const order = ['compiled', 'cedar'] as const;
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const work = prepare(subjects[name], times[name]);
      const micros = cpuOf(work) / times[name];
      if (round > 0) spent[name].push(micros);
    }
  }
  const ratios = spent.cedar.map((cedar, round) => cedar / (spent.compiled[round] ?? Number.NaN));
  return { compiled: figuresOf(spent.compiled), cedar: figuresOf(spent.cedar), ratio: figuresOf(ratios) };
}

/** CPU microseconds. */
export interface LookUps {
  /** Finding the plan of a notice that is alike to an earlier one. */
  readonly lookUp: Figures;
  /** The same, and its decision for every member. */
  readonly repeated: Figures;
}

export function measureLookUps(
  { sets, directory }: Version,
  { rounds, times }: { readonly rounds: number; readonly times: number },
): LookUps {
  const policy = createPolicy({ engine: createCompiledEngine(sets), sets, directory });
  const notices = noticesOf([...directory.organisations.keys()], 63);
  const perNotice = (more: { readonly recipients?: readonly [] }): Figures => {
    const asked = notices.map((attributes) => ({ attributes, sections: SECTIONS, ...more }));
    const spent = Array.from({ length: rounds + 1 }, () => {
      const micros = cpuOf(() => {
        for (let time = 0; time < times; time += 1) for (const one of asked) policy.decide(one);
      });
      return micros / times / asked.length;
    });
    return figuresOf(spent.slice(1));
  };
  return { repeated: perNotice({}), lookUp: perNotice({ recipients: [] }) };
}

/** How many decisions `policy diff` covers, symbolically, in a second of one core. */
export interface DiffSpeed {
  readonly decisions: number;
  readonly seconds: Figures;
  readonly perSecond: Figures;
}

/** Each time against a version without the last rule of one set, and from nothing: what is known is forgotten. */
export async function measureDiff(version: Version, rounds: number): Promise<DiffSpeed> {
  const [sizes, seconds]: [number[], number[]] = [[], []];
  for (const set of [...version.sets.sets.keys()].slice(0, rounds)) {
    const before = process.cpuUsage();
    const { size } = await diffPolicies(version, withoutLastRule(version, set), { digest });
    const { user, system } = process.cpuUsage(before);
    sizes.push(Number(size));
    seconds.push((user + system) / 1e6);
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
