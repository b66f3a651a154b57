import { join } from 'node:path';
import { readConfig, text, whole } from '../shared/runtime/config.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import { METRICS_FIELDS, type MetricsConfig } from '../shared/runtime/metrics-http.js';
import { projectRoot } from '../shared/runtime/root.js';
import { TRACE_FIELDS, type TraceConfig } from '../shared/runtime/tracer.js';

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
  const { home, staleSeconds, ...values } = readConfig(
    {
      home: text(),
      natsUrl: text(),
      natsTls: text(''),
      policies: text(join(projectRoot, 'policies')),
      auditorUrl: text(),
      router: whole(1, [1, 99]),
      host: text('127.0.0.1'),
      port: whole(0, [0, 65_535]),
      ...METRICS_FIELDS,
      ...TRACE_FIELDS,
      staleSeconds: whole(60, [1, 86_400]),
      ledgerLag: whole(20_000, [1, 10_000_000]),
    },
    env,
  );
  return { ...values, home: homeAt(home), staleMs: staleSeconds * 1000 };
}
