import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';

/** What the console is told by `LIAISON_*`. */
export interface ConsoleConfig extends MetricsConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  /** Asked whether the ledger is kept, and what of it a viewer may see. */
  readonly auditorUrl: string;
  /** Each router's, with commas between them; empty: the page says nothing of routers. Asked whether they work. */
  readonly routerUrls: readonly string[];
  /** The folder of policies that the routers use: its words explain a decision, and the workbench begins with it. */
  readonly policies: string;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Status events are kept so long, but not more of them than `keptEvents`. */
  readonly keptMs: number;
  readonly keptEvents: number;
}

/** Throws `config-invalid` with every problem. */
export function readConsoleConfig(env: NodeJS.ProcessEnv): ConsoleConfig {
  const { home, keptHours, routerUrls, ...values } = readSettings('console', env);
  const urls = routerUrls.split(',').filter((url) => url !== '');
  return { ...values, home: homeAt(home), routerUrls: urls, keptMs: keptHours * 3_600_000 };
}
