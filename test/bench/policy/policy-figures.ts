import type { Figure, Measurement } from '../measurement.js';
import { once } from '../figures.js';
import type { Compared, DiffSpeed, LookUps } from './policy-rounds.js';
import type { ReloadMemory } from './reload-memory.js';

/** The measurements of `bench policy`. Times are CPU microseconds of one core. */
export interface PolicyResult {
  readonly rounds: number;
  /** One decision: one set, one notice, one recipient. */
  readonly decision: Compared;
  /** All decisions on one notice, for every recipient and section, by number of members. */
  readonly notices: readonly ({ readonly organisations: number } & Compared)[];
  readonly plans: LookUps;
  readonly diff: DiffSpeed;
  /** With all rules compiled, and with one rule that Cedar evaluates. */
  readonly memory: { readonly compiled: ReloadMemory; readonly interpreted: ReloadMemory };
}

/** `bench policy --json`. */
export type BenchPolicyResult = PolicyResult & Measurement;

/** Converts the measurements of `bench policy` to figures. */
export function policyFigures({ decision, notices, plans, diff, memory }: PolicyResult): readonly Figure[] {
  const kib = (name: string, slope: number): Figure => ({ name, unit: 'KiB a reload', value: once(slope) });
  return [
    ...pairOf('one decision', decision),
    ...notices.flatMap(({ organisations, ...compared }) =>
      pairOf(`a notice, ${organisations} members`, compared),
    ),
    { name: 'plan look-up', unit: 'CPU µs', value: plans.lookUp, headline: true },
    { name: 'plan look-up and its decisions', unit: 'CPU µs', value: plans.repeated },
    { name: 'exhaustive diff', unit: 'decisions/s', value: diff.perSecond },
    kib('memory, every rule compiled', memory.compiled.slope),
    kib('memory, a rule left to Cedar', memory.interpreted.slope),
  ];
}

function pairOf(what: string, { compiled, cedar, ratio }: Compared): readonly Figure[] {
  const name = `${what}, compiled`;
  return [
    { name, unit: 'CPU µs', value: compiled, headline: true },
    { name: `${what}, cedar-wasm`, unit: 'CPU µs', value: cedar, ratio: { to: name, ...ratio } },
  ];
}
