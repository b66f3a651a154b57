import { type Home, homeAt } from '../shared/runtime/home.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';

/** What the auditor is told by `LIAISON_*`. */
export interface AuditorConfig extends MetricsConfig {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly heartbeatMs: number;
  /** A heartbeat comes sooner after so many records. */
  readonly heartbeatRecords: number;
  /** Somebody saw that the file lost records which a heartbeat had vouched for, and goes on without them. */
  readonly afterLoss: boolean;
}

/** Throws `config-invalid` with every problem. */
export function readAuditorConfig(env: NodeJS.ProcessEnv): AuditorConfig {
  const { home, heartbeatSeconds, afterLoss, ...values } = readSettings('auditor', env);
  return {
    ...values,
    home: homeAt(home),
    heartbeatMs: heartbeatSeconds * 1000,
    afterLoss: afterLoss === '1',
  };
}
