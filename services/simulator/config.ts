import { type Home, homeAt } from '../shared/runtime/home.js';
import { readSettings } from '../shared/runtime/settings.js';

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

/** Throws `config-invalid` with every problem. */
export function readSimulatorConfig(env: NodeJS.ProcessEnv): SimulatorConfig {
  const { home, seed, forSeconds, settleSeconds, ...values } = readSettings('simulator', env);
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
