import { type Home, homeAt } from '../shared/runtime/home.js';
import { readConfig, text, whole } from '../shared/runtime/config.js';
import { METRICS_FIELDS, type MetricsConfig } from '../shared/runtime/metrics-http.js';

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
  const { home, heartbeatSeconds, afterLoss, ...values } = readConfig(
    {
      home: text(),
      natsUrl: text(),
      natsTls: text(''),
      host: text('127.0.0.1'),
      port: whole(0, [0, 65_535]),
      ...METRICS_FIELDS,
      heartbeatSeconds: whole(10, [1, 60]),
      heartbeatRecords: whole(500, [1, 1_000_000]),
      afterLoss: whole(0, [0, 1]),
    },
    env,
  );
  return {
    ...values,
    home: homeAt(home),
    heartbeatMs: heartbeatSeconds * 1000,
    afterLoss: afterLoss === 1,
  };
}
