import type { Deadlines } from '../shared/notice/deadlines.js';
import { deadlinesBy } from '../shared/notice/read-deadlines.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';
import type { TraceConfig } from '../shared/runtime/tracer.js';
import { readWitnessPolicy } from '../shared/tlog/read-witness-policy.js';
import type { WitnessPolicy } from '../shared/tlog/witness-policy.js';

/** The router's settings, from `LIAISON_*`. */
export interface RouterConfig extends MetricsConfig, TraceConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly policies: string;
  readonly policySource: 'folder' | 'releases';
  readonly auditorUrl: string;
  /** Number of this router, from 1. Each router has its own keys and its own LEDGER consumer. */
  readonly router: number;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly staleMs: number;
  readonly ledgerLag: number;
  readonly deadlines: Deadlines;
  /** Undefined: the members of the directory. */
  readonly witnessPolicy: WitnessPolicy | undefined;
}

/** Reads the settings from the environment. Throws `config-invalid` with every problem. */
export function readRouterConfig(env: NodeJS.ProcessEnv): RouterConfig {
  const { home, staleSeconds, deadlines, deadlineSeconds, witnessPolicy, ...values } = readSettings(
    'router',
    env,
  );
  return {
    ...values,
    home: homeAt(home),
    staleMs: staleSeconds * 1000,
    witnessPolicy: readWitnessPolicy(witnessPolicy),
    deadlines: deadlinesBy({ deadlines, deadlineSeconds }),
  };
}
