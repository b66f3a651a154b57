import { type Field, readConfig, text, whole } from '../shared/runtime/config.js';
import { type Home, homeAt } from '../shared/runtime/home.js';

/** What the simulator is told by `LIAISON_*`. */
export interface SimulatorConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  /** Notices a second, over all organisations. */
  readonly rate: number;
  /** Per cent of what is sent. */
  readonly rogue: number;
  readonly seed: number;
  /** 0: until stopped. */
  readonly forMs: number;
  /** 0: without end. */
  readonly count: number;
  readonly settleMs: number;
}

const decimal = (fallback: number, most: number): Field<number> => ({
  parse: (value) => {
    if (/^[0-9]{1,9}(\.[0-9]{1,6})?$/.test(value) && Number(value) <= most) return Number(value);
    throw new Error(`a number from 0 to ${most}`);
  },
  fallback,
});

/** Throws `config-invalid` with every problem. */
export function readSimulatorConfig(env: NodeJS.ProcessEnv): SimulatorConfig {
  const { home, seed, forSeconds, settleSeconds, ...values } = readConfig(
    {
      home: text(),
      natsUrl: text(),
      natsTls: text(''),
      rate: decimal(20, 100_000),
      rogue: decimal(5, 100),
      seed: text(''),
      forSeconds: decimal(0, 10_000_000),
      count: whole(0, [0, 1_000_000_000]),
      settleSeconds: decimal(30, 3_600),
    },
    env,
  );
  return {
    ...values,
    home: homeAt(home),
    seed: seedOf(seed),
    forMs: forSeconds * 1000,
    settleMs: settleSeconds * 1000,
  };
}

/** Any text is a seed; none is a new one each time. */
function seedOf(words: string): number {
  if (words === '') return Math.floor(Math.random() * 2 ** 32);
  if (/^[0-9]{1,10}$/.test(words)) return Number(words) >>> 0;
  return (
    [...words].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193), 7) >>> 0
  );
}
