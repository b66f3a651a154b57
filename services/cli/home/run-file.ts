import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { compileWhenUsed } from '../../shared/kernel/compile-when-used.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeSystemError } from './file-errors.js';
import { gatewayName, HOST } from './process-names.js';
import { startCommand } from './require-kind.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/**
 * The contents of `run.json`: the addresses and processes of a running federation, or of its hub alone. `up` and `hub start`
 * write it while they run; `init` writes it for a federation that a container engine runs. Addresses are URLs unless
 * stated otherwise.
 */
export interface RunFile extends GatewayRunFile {
  /** The number of routers; 1 by default. */
  readonly routers?: number;
  /** The number of copies of each stream; 1 by default. */
  readonly replicas?: number;
  /**
   * The broker's monitoring, on the loopback interface or the hub's own network. For a cluster: one address
   * for each server, separated by commas.
   */
  readonly monitor: string;
  readonly auditor: string;
  readonly router: string;
  /** The routers after the first, by process name. */
  readonly moreRouters?: Readonly<Record<string, string>>;
  /** The web console; absent where none runs, as in a bench. */
  readonly console?: string;
  /** The settings that the processes read from the environment of `up`, secrets hidden; older releases write none. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The contents of `run.json` where only gateways run, at a site: `site start` writes it while it runs. */
export interface GatewayRunFile {
  /** The process id of the verb that started it; absent where a container engine runs the processes. */
  readonly pid?: number;
  /** The broker's servers: `nats://…`, separated by commas. */
  readonly nats: string;
  /** True when the broker requires client certificates: each process has its own in `tls`, beside its keys. */
  readonly tls?: boolean;
  /** The process that serves all gateways; absent where each is a process of its own. */
  readonly host?: string;
  /** By organisation. */
  readonly gateways: Readonly<Record<string, string>>;
  /** The Prometheus endpoint of each process, by process name. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Process ids by process name. */
  readonly processes: Readonly<Record<string, number>>;
}

/**
 * Reads the run file of a home; undefined when no federation runs there (the file of an `up` that died counts as none).
 * Throws `usage` where only the gateway of a site runs and where no file can exist, `forbidden` where this user may not read
 * it, `config-invalid` for a damaged one.
 */
export function findRunning(home: Home): RunFile | undefined {
  const run = findGateways(home);
  if (run === undefined || isOfHub(run)) return run;
  throw fail('usage', `\`${home.root}\` is a site, where only the gateway runs: run this at the hub`);
}

/** Returns true for the run file of a federation or a hub, false for that of a site. */
export function isOfHub(run: GatewayRunFile): run is RunFile {
  return 'monitor' in run && 'auditor' in run && 'router' in run;
}

/** Reads the run file of a home with gateways, as `findRunning` does, but also that of a site. */
export function findGateways(home: Home): GatewayRunFile | undefined {
  const bytes = readRun(home);
  if (bytes === undefined) return undefined;
  try {
    return parseRun(bytes);
  } catch (error) {
    const why = `\`${home.run}\` is damaged: ${errorFrom(error).message}`;
    throw fail('config-invalid', `${why}: stop \`up\` if it runs, and start it again to write a new one`);
  }
}

function readRun({ root, run }: Home): Buffer | undefined {
  try {
    return readFileSync(run);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw fail('usage', `\`${run}\` cannot be read: ${describeSystemError(error)}`);
    throw fail(
      'forbidden',
      `\`${root}\` cannot be read by this user: run as its owner, or give another \`--home\``,
    );
  }
}

const TEXT = { type: 'string' };
const TEXTS = { type: 'object', additionalProperties: TEXT };
const NUMBER = { type: 'integer', minimum: 1 };
const runFileCheck = compileWhenUsed<GatewayRunFile>(new Ajv({ validateSchema: false }), {
  type: 'object',
  required: ['nats', 'gateways', 'metrics', 'processes'],
  properties: {
    pid: NUMBER,
    nats: TEXT,
    tls: { type: 'boolean' },
    routers: NUMBER,
    replicas: NUMBER,
    monitor: TEXT,
    auditor: TEXT,
    router: TEXT,
    moreRouters: TEXTS,
    console: TEXT,
    host: TEXT,
    gateways: TEXTS,
    metrics: TEXTS,
    processes: { type: 'object', additionalProperties: NUMBER },
    settings: TEXTS,
  },
});

function parseRun(bytes: Uint8Array): GatewayRunFile | undefined {
  const run = parseStrictJson(bytes);
  const { pid } = Object(run) as { readonly pid?: unknown };
  if (typeof pid === 'number' && !isAlive(pid)) return undefined;
  const isRunFile = runFileCheck();
  if (isRunFile(run)) return run;
  const [first] = isRunFile.errors ?? [];
  throw fail('schema-invalid', `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim());
}

/**
 * Reads the run file as `findRunning` does. If no federation runs, throws `unreachable` with the command that
 * starts one.
 */
export function requireRunning(home: Home): RunFile {
  return required(home, findRunning(home));
}

/** Reads the run file of a home with gateways, also that of a site. Throws as `requireRunning`, but not `usage` at a site. */
export function requireGateways(home: Home): GatewayRunFile {
  return required(home, findGateways(home));
}

function required<T extends GatewayRunFile>(home: Home, run: T | undefined): T {
  if (run !== undefined) return run;
  throw fail(
    'unreachable',
    `no federation runs in \`${home.root}\`: start one with \`${suggestedCommand(startCommand(home))}\``,
  );
}

/** Returns true for a federation whose processes a container engine runs, so that their process ids mean nothing here. */
export function isComposed(run: GatewayRunFile | undefined): boolean {
  return run !== undefined && run.pid === undefined;
}

/** Returns the broker's servers, and the folder of the client certificate beside these keys where the broker requires one. */
export function brokerConnection(
  { nats, tls }: Pick<GatewayRunFile, 'nats' | 'tls'>,
  folder: string,
): { servers: string; tls: string | undefined } {
  return { servers: nats, tls: tls === true ? join(folder, 'tls') : undefined };
}

/** Returns the id and gateway URL of an organisation. Throws `organisation-unknown` with the nearest name. */
export function findGateway(run: GatewayRunFile, org: string): { readonly org: OrgId; readonly url: string } {
  const url = run.gateways[org];
  if (url !== undefined && Object.hasOwn(run.gateways, org)) return { org: parseOrgId(org), url };
  const known = Object.keys(run.gateways);
  throw fail(
    'organisation-unknown',
    `organisation \`${org}\` has no gateway here${nearestOrAll(org, known)}`,
    [{ path: '--org', message: 'unknown' }],
  );
}

/** Returns the name under which the log and the process id of a process are kept: that of the host for a gateway in it. */
export function processOf(
  { host, gateways }: Pick<GatewayRunFile, 'host' | 'gateways'>,
  name: string,
): string {
  const isHosted = host !== undefined && Object.keys(gateways).some((org) => gatewayName(org) === name);
  return isHosted ? HOST : name;
}

/** Returns the addresses of routers, console, gateways and their host, by process name. */
export function servingAddresses({
  router,
  moreRouters,
  console,
  host,
  gateways,
}: GatewayRunFile & Partial<Pick<RunFile, 'router' | 'moreRouters' | 'console'>>): Readonly<
  Record<string, string>
> {
  return {
    ...(router === undefined ? {} : { router }),
    ...moreRouters,
    ...(console === undefined ? {} : { console }),
    ...(host === undefined ? {} : { [HOST]: host }),
    ...Object.fromEntries(Object.entries(gateways).map(([org, url]) => [gatewayName(org), url])),
  };
}

/** Returns true while a process with this id exists, even if it belongs to another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
