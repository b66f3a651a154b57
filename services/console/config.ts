import type { Deadlines } from '../shared/notice/deadlines.js';
import { deadlinesBy } from '../shared/notice/read-deadlines.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';

/** The configuration of the console, from `LIAISON_*`. */
export interface ConsoleConfig extends MetricsConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  /** Base URL of the auditor. */
  readonly auditorUrl: string;
  /** Base URLs of the routers' metrics listeners, for `/readyz`; empty: the page shows no routers. */
  readonly routerUrls: readonly string[];
  /** The folder of policies that the routers use: it explains decisions, and the workbench starts with it. */
  readonly policies: string;
  /** `releases`: the policies that the routers adopted take the place of the folder. */
  readonly policySource: 'folder' | 'releases';
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  readonly deadlines: Deadlines;
  /** How long status events are kept; never more than `keptEvents` of them. */
  readonly keptMs: number;
  readonly keptEvents: number;
}

/** Reads the configuration. Throws one `config-invalid` that lists every problem. */
export function readConsoleConfig(env: NodeJS.ProcessEnv): ConsoleConfig {
  const { home, keptHours, routerUrls, deadlines, deadlineSeconds, ...values } = readSettings('console', env);
  const urls = routerUrls.split(',').filter((url) => url !== '');
  return {
    ...values,
    home: homeAt(home),
    routerUrls: urls,
    deadlines: deadlinesBy({ deadlines, deadlineSeconds }),
    keptMs: keptHours * 3_600_000,
  };
}
