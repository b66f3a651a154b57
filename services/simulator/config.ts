import { seedOf } from '../shared/kernel/chance.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import { readSettings } from '../shared/runtime/settings.js';

/** The settings of the simulator, read from `LIAISON_*`. */
export interface SimulatorConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  /** Notices a second over all organisations. */
  readonly rate: number;
  /** Share of rogue frames in per cent. */
  readonly rogue: number;
  readonly seed: number;
  /** Duration in milliseconds; 0 runs until stopped. */
  readonly forMs: number;
  /** Notices to send; 0 sends without end. */
  readonly count: number;
  readonly settleMs: number;
  /** The size of the home at which nothing more is sent, in bytes; 0 for none. */
  readonly homeLimitBytes: number;
}

/** Reads the settings. Throws one `config-invalid` with every problem. */
export function readSimulatorConfig(env: NodeJS.ProcessEnv): SimulatorConfig {
  const { home, seed, forSeconds, settleSeconds, homeLimit, ...values } = readSettings('simulator', env);
  return {
    ...values,
    home: homeAt(home),
    seed: seed === '' ? Math.floor(Math.random() * 2 ** 32) : seedOf(seed),
    forMs: forSeconds * 1000,
    settleMs: settleSeconds * 1000,
    homeLimitBytes: homeLimit * 1024 * 1024,
  };
}
