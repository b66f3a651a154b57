import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';
import type { TraceConfig } from '../shared/runtime/tracer.js';

/** What the router is told by `LIAISON_*`. */
export interface RouterConfig extends MetricsConfig, TraceConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly policies: string;
  readonly auditorUrl: string;
  /** 1, 2, …: which router this is; its keys and its LEDGER consumer are its own. */
  readonly router: number;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly staleMs: number;
  readonly ledgerLag: number;
}

/** Throws `config-invalid` with every problem. */
export function readRouterConfig(env: NodeJS.ProcessEnv): RouterConfig {
  const { home, staleSeconds, ...values } = readSettings('router', env);
  return { ...values, home: homeAt(home), staleMs: staleSeconds * 1000 };
}
