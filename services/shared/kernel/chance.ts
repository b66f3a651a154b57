/** A seeded random source; the same seed gives the same values. */
export interface Chance {
  /** Returns a number x with 0 ≤ x < 1. */
  next(): number;
  whole(from: number, to: number): number;
  one<T>(list: readonly T[]): T;
  /** Returns between `least` and `most` different items. */
  some<T>(list: readonly T[], [least, most]: readonly [number, number]): T[];
  /** Returns an item by weight. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T;
  hex(bytes: number): string;
}

/** Creates a source (Mulberry32). It only has to be repeatable from a seed that people can type. */
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

/** Converts a text that a person typed to a seed. A number below 2³² is its own seed. */
export function seedOf(words: string): number {
  if (/^[0-9]{1,10}$/.test(words)) return Number(words) >>> 0;
  return (
    [...words].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193), 7) >>> 0
  );
}
