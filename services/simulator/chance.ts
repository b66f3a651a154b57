/** A seeded source of choices: the same seed gives the same federation's traffic. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  whole(from: number, to: number): number;
  one<T>(list: readonly T[]): T;
  /** Between `least` and `most` different ones. */
  some<T>(list: readonly T[], [least, most]: readonly [number, number]): T[];
  /** By weight. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T;
  hex(bytes: number): string;
}

/** Mulberry32, eight lines: a seed that can be printed and typed again is all that is asked of it. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const one = <T>(list: readonly T[]): T => list[whole(0, list.length - 1)] as T;
  return {
    next,
    whole,
    one,
    some: (list, [least, most]) => {
      const left = [...list];
      const count = Math.min(whole(least, most), left.length);
      return Array.from({ length: count }, () => left.splice(whole(0, left.length - 1), 1)).flat();
    },
    weighted: (choices) => {
      let rest = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [choice, weight] of choices) {
        rest -= weight;
        if (rest < 0) return choice;
      }
      return one(choices)[0];
    },
    hex: (bytes) => Array.from({ length: bytes }, () => whole(0, 255).toString(16).padStart(2, '0')).join(''),
  };
}
