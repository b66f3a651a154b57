import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import { CLOCK_REST_MS } from '../shared/kernel/steady-clock.js';
import { type Field, readConfig, text, whole } from '../shared/runtime/config.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import { RECEIVE_MS } from '../shared/runtime/http-receiving.js';
import { METRICS_FIELDS, type MetricsConfig } from '../shared/runtime/metrics-http.js';
import { TRACE_FIELDS, type TraceConfig } from '../shared/runtime/tracer.js';
import type { GatewaySettings } from './gateway.js';

/** What a gateway is told by `LIAISON_*`. */
export interface GatewayConfig extends MetricsConfig, TraceConfig, GatewaySettings {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly org: OrgId;
}

const org: Field<OrgId> = {
  parse: (value) => {
    try {
      return parseOrgId(value);
    } catch {
      throw new Error('an organisation id such as `europol`');
    }
  },
};

const FIELDS = {
  home: text(),
  natsUrl: text(),
  natsTls: text(''),
  org,
  host: text('127.0.0.1'),
  /** 0: a free one, told in the ready message. */
  port: whole(0, [0, 65_535]),
  ...METRICS_FIELDS,
  ...TRACE_FIELDS,
  /** Notices that may wait for the hub; beyond it submissions are answered 503. */
  outboxLimit: whole(10_000, [1, 1_000_000]),
  resendSeconds: whole(2, [1, 3_600]),
  previewSeconds: whole(5, [1, 60]),
  sweepSeconds: whole(10, [1, 3_600]),
  /** What no recipient has receipted after so long is an alarm. */
  receiptAlarmSeconds: whole(86_400, [1, 31_536_000]),
};

/** Throws one `config-invalid` with every problem. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const { home, resendSeconds, previewSeconds, sweepSeconds, receiptAlarmSeconds, ...values } = readConfig(
    FIELDS,
    env,
  );
  return {
    ...values,
    home: homeAt(home),
    resendMs: resendSeconds * 1000,
    previewMs: previewSeconds * 1000,
    receiveMs: RECEIVE_MS,
    sweepMs: sweepSeconds * 1000,
    clockRestMs: CLOCK_REST_MS,
    receiptAlarmMs: receiptAlarmSeconds * 1000,
  };
}
