import { createChance, type Chance } from '../../../services/shared/kernel/chance.js';

/** One step of a notice's life; the numbers choose among what is possible when it is taken. */
export interface LifeStep {
  readonly verb: 'amend' | 'suspend' | 'resume' | 'restrict' | 'extend' | 'unseal' | 'withdraw';
  /** True to wait for the report on the newest revision first. */
  readonly waits: boolean;
  readonly holder: number;
  readonly section: number;
}

/** A notice and what is done to it. */
export interface LifePlan {
  readonly seed: number;
  readonly kind: string;
  readonly originator: number;
  readonly steps: readonly LifeStep[];
}

const KINDS = ['red', 'yellow', 'blue', 'green', 'purple', 'un-special'];
const MAX_STEPS = 5;

/** Verbs and their weights. */
const VERBS: readonly (readonly [LifeStep['verb'], number])[] = [
  ['amend', 3],
  ['restrict', 3],
  ['unseal', 3],
  ['suspend', 2],
  ['resume', 2],
  ['extend', 2],
  ['withdraw', 1],
];

/** Returns the plan of a life; the same seed gives the same plan. */
export function planLife(seed: number): LifePlan {
  const chance = createChance(seed);
  return {
    seed,
    kind: chance.one(KINDS),
    originator: chance.whole(0, 100),
    steps: Array.from({ length: chance.whole(0, MAX_STEPS) }, () => planStep(chance)),
  };
}

function planStep(chance: Chance): LifeStep {
  return {
    verb: chance.weighted(VERBS),
    waits: chance.next() < 0.6,
    holder: chance.whole(0, 100),
    section: chance.whole(0, 100),
  };
}
