import { resolve } from 'node:path';
import type { OrgId } from '../shared/kernel/ids.js';
import { CLOCK_REST_MS } from '../shared/kernel/steady-clock.js';
import { deadlinesBy } from '../shared/notice/read-deadlines.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import { REQUEST_TIMEOUT_MS } from '../shared/runtime/http-server-options.js';
import type { MetricsConfig } from '../shared/runtime/metrics-http.js';
import { readSettings } from '../shared/runtime/settings.js';
import type { TraceConfig } from '../shared/runtime/tracer.js';
import { readWitnessPolicy } from '../shared/tlog/read-witness-policy.js';
import type { GatewaySettings } from './gateway-settings.js';

/** The configuration of a gateway, from `LIAISON_*`. */
export interface GatewayConfig extends MetricsConfig, TraceConfig, GatewaySettings {
  readonly home: Home;
  readonly natsUrl: string;
  readonly natsTls: string;
  readonly org: OrgId;
}

/** How long adopted policies must stand before the gateway takes back what they no longer permit. */
const POLICIES_STAND_MS = 3_600_000;

/** The configuration of a process that serves several organisations: its own address, and a gateway for each. */
export interface HostConfig extends Omit<GatewayConfig, 'org'> {
  readonly gateways: readonly GatewayConfig[];
}

/** Reads the configuration. Throws one `config-invalid` that lists every problem. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const { org, ...settings } = readSettings('gateway', env);
  return { ...commonOf(settings), org };
}

/**
 * Reads the configuration of a host. The settings apply to each of its gateways; a relative `LIAISON_NATS_TLS` is a folder of
 * each organisation. Throws as `readGatewayConfig`.
 */
export function readHostConfig(env: NodeJS.ProcessEnv): HostConfig {
  const { hosted, ...settings } = readSettings('host', env);
  const common = commonOf(settings);
  const { home, natsTls } = common;
  const tlsOf = (org: OrgId): string => (natsTls === '' ? '' : resolve(home.org(org), natsTls));
  return {
    ...common,
    gateways: hosted.map(({ org, port }) => ({ ...common, org, port, natsTls: tlsOf(org) })),
  };
}

type Common = Omit<ReturnType<typeof readSettings<'gateway'>>, 'org'>;

function commonOf(settings: Common): Omit<GatewayConfig, 'org'> {
  const { home, resendSeconds, previewSeconds, extendAheadSeconds, sweepSeconds, ...others } = settings;
  const { deadlines, deadlineSeconds, reviewHours, restrictByPolicy, witnessPolicy, ...values } = others;
  return {
    ...values,
    home: homeAt(home),
    resendMs: resendSeconds * 1000,
    previewMs: previewSeconds * 1000,
    extendAheadMs: extendAheadSeconds * 1000,
    reviewMs: reviewHours * 3_600_000,
    receiveMs: REQUEST_TIMEOUT_MS,
    sweepMs: sweepSeconds * 1000,
    ...(restrictByPolicy === '1' ? { byPolicyAfterMs: POLICIES_STAND_MS } : {}),
    witnessPolicy: readWitnessPolicy(witnessPolicy),
    clockRestMs: CLOCK_REST_MS,
    deadlines: deadlinesBy({ deadlines, deadlineSeconds }),
  };
}
