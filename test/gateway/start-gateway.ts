import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { type ClockWatch, createClockWatch } from '../../services/gateway/clock-watch.js';
import { type Gateway, createGateway } from '../../services/gateway/gateway.js';
import type { GatewaySettings } from '../../services/gateway/gateway-settings.js';
import { openPlace, type GatewayState } from '../../services/gateway/open-state.js';
import type { ConnectionEvent } from '../../services/shared/bus/connect.js';
import type { Clock } from '../../services/shared/kernel/clock.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { equalDeadlines } from '../../services/shared/notice/deadlines.js';
import { REQUEST_TIMEOUT_MS } from '../../services/shared/runtime/http-server-options.js';
import type { Alarms } from '../../services/shared/runtime/alarms.js';
import { createLogger, type Logger } from '../../services/shared/runtime/logger.js';
import { createMeter } from '../../services/shared/runtime/meter.js';
import type { Tracer } from '../../services/shared/runtime/tracer.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import type { OpenAlone } from '../../services/shared/trust/suspect/open-alone.js';
import { hashToken } from '../../services/shared/trust/tokens.js';
import type { Broker } from '../support/broker.js';
import { alarmsFor } from '../support/alarms-for.js';

export interface Started extends GatewayState {
  readonly gateway: Gateway;
  readonly alarms: Alarms;
  /** The answer's status and body. */
  call(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<{ status: number; body: Json; headers: Headers }>;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export type Json = { readonly [name: string]: unknown };

interface CallOptions {
  readonly body?: unknown;
  readonly raw?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const SETTINGS: GatewaySettings = {
  host: '127.0.0.1',
  port: 0,
  hostNames: ['gateway.test'],
  outboxLimit: 10_000,
  resendMs: 60_000,
  previewMs: 5_000,
  maxEndsPerHour: 0,
  extendAheadMs: 5_000,
  receiveMs: REQUEST_TIMEOUT_MS,
  sweepMs: 60_000,
  clockRestMs: 0,
  deadlines: equalDeadlines(86_400),
};

interface Options {
  readonly clock?: Clock;
  readonly settings?: Partial<GatewaySettings>;
  /** Receives log lines; by default nothing is logged. */
  readonly log?: Logger;
  readonly tracer?: Tracer;
  /** Opens a suspect frame; by default the child process of the built gateway. */
  readonly openAlone?: OpenAlone;
  /** The broker cannot be reached. */
  readonly offline?: boolean;
}

/** Starts a gateway in this process, on the home of the broker. */
export async function startGateway(broker: Broker, org: string, options: Options = {}): Promise<Started> {
  const log = options.log ?? createLogger(`gateway-${org}`, 'silent');
  const settings = { ...SETTINGS, ...options.settings };
  const config = { home: broker.home, org: parseOrgId(org) };
  const meter = createMeter();
  const alarms = alarmsFor({ log, meter });
  const place = await openPlace(config, { log, alarms });
  const identity = { ...place.identity, ...(options.clock ? { clock: options.clock } : {}) };
  const connect = (onConnectionEvent: (event: ConnectionEvent) => void): ReturnType<Broker['connect']> =>
    options.offline
      ? Promise.reject(new Error('offline'))
      : broker.connect('gateway', org, onConnectionEvent);
  const gateway = await createGateway({
    ...place,
    identity,
    openAlone: options.openAlone ?? place.openAlone,
    log,
    alarms,
    meter,
    tracer: options.tracer,
    settings,
    login: { connect, change: () => Promise.resolve(false) },
  });
  const own = readSecret(broker.home.org(parseOrgId(org), 'token'));
  return {
    ...place,
    identity,
    alarms,
    gateway,
    call: async (method, path, { body, raw, token = own, headers = {} } = {}) => {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await fetch(new URL(path, gateway.url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
      const answer = await response.text();
      const json = response.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: response.status,
        body: json ? (JSON.parse(answer) as Json) : { answer },
        headers: response.headers,
      };
    },
    metrics: meter.text,
    stop: async () => {
      await gateway.stop();
      place.identity.directory.stop();
    },
  };
}

/** The clock watch of a gateway, for parts that a test runs outside of it. */
export function clockWatchOf({ clock }: Started['identity']): ClockWatch {
  return createClockWatch({ clock, alarms: alarmsFor(), restMs: 0, lastHeartbeat: () => undefined });
}

interface LetIn {
  readonly org?: string;
  readonly token: string;
  readonly scopes: readonly string[];
}

/** Adds a local system to a gateway's tokens; the returned function removes it. */
export function letIn(broker: Broker, { org = 'europol', token, scopes }: LetIn): () => void {
  const path = broker.home.org(parseOrgId(org), 'tokens.json');
  const before = readFileSync(path, 'utf8');
  const { tokens } = JSON.parse(before) as { readonly tokens: readonly object[] };
  const narrow = { name: 'narrow', hash: hashToken(token), scopes };
  // A gateway in a process of its own reads the file at any time.
  const write = (text: string): void => {
    writeFileSync(`${path}.next`, text, { mode: 0o600 });
    renameSync(`${path}.next`, path);
  };
  write(JSON.stringify({ tokens: [...tokens, narrow] }));
  return () => write(before);
}

/** A logger that collects its lines, parsed. */
export function hearLog(): { readonly log: Logger; readonly lines: readonly Json[] } {
  const lines: Json[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line) as Json) });
  return { log, lines };
}

const MEMBERS = ['europol', 'afripol'];

/** `proto/examples/<kind>.json`, without organisations that are not in a federation of two. */
export function example(kind: string): { header: Json; sections: Json } {
  const draft = JSON.parse(readFileSync(join(projectRoot, 'proto', 'examples', `${kind}.json`), 'utf8'));
  const { excluded: _, addressees, ...header } = draft.header;
  const listed = Array.isArray(addressees)
    ? addressees.filter((org: string) => MEMBERS.includes(org))
    : addressees;
  return { header: { ...header, addressees: listed }, sections: draft.sections };
}
