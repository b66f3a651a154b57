import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import { nearestOrAll } from '../shared/kernel/nearest.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import { type Home, homeAt } from '../shared/runtime/home.js';
import { projectRoot } from '../shared/runtime/root.js';
import { ownLine } from './own-line.js';

/** What `up` writes into `run.json` while it runs, and `init` for a federation that a container engine runs. */
export interface RunFile {
  /** Of `up`; absent where an engine runs the processes. */
  readonly pid?: number;
  /** `nats://…`, several with commas between them. */
  readonly nats: string;
  /** The broker asks for certificates: each role has its own in `tls`, beside its keys. */
  readonly tls?: boolean;
  /** How many there are; one unless said. */
  readonly routers?: number;
  /** Copies of each stream; one unless said. */
  readonly replicas?: number;
  /** The broker's own monitoring: on the loopback interface, or on the hub's own network; of several with commas. */
  readonly monitor: string;
  readonly auditor: string;
  readonly router: string;
  /** Further ones on this machine, by the process's name. */
  readonly moreRouters?: Readonly<Record<string, string>>;
  /** The page for people; absent where nobody looks, as in a bench. */
  readonly console?: string;
  readonly gateways: Readonly<Record<string, string>>;
  /** Where Prometheus reads each process, by the process's name. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly processes: Readonly<Record<string, number>>;
}

/** `--home`, then `LIAISON_HOME`, then `.liaison/` in the clone. */
export function findHome(option: string | undefined, env: NodeJS.ProcessEnv): Home {
  return homeAt(resolve(option ?? env['LIAISON_HOME'] ?? join(projectRoot, '.liaison')));
}

/** The federation that runs in this home; undefined when none does (a file left by a dead `up` counts as none). */
export function findRunning(home: Home): RunFile | undefined {
  if (statSync(home.run, { throwIfNoEntry: false }) === undefined) return undefined;
  const run = parseStrictJson(readFileSync(home.run, 'utf8')) as RunFile;
  return run.pid === undefined || isAlive(run.pid) ? run : undefined;
}

/** Throws `unreachable` with the line that starts one. */
export function requireRunning(home: Home): RunFile {
  const run = findRunning(home);
  if (run !== undefined) return run;
  throw fail('unreachable', `no federation runs in \`${home.root}\`: start one with \`${ownLine('up')}\``);
}

/** True for a federation whose processes a container engine runs: none of them is on this machine. */
export function isComposed(run: RunFile | undefined): boolean {
  return run !== undefined && run.pid === undefined;
}

/** How to reach the broker with the certificates of a folder of keys, where it asks for any. */
export function brokerOf(
  { nats, tls }: Pick<RunFile, 'nats' | 'tls'>,
  folder: string,
): { servers: string; tls: string | undefined } {
  return { servers: nats, tls: tls === true ? join(folder, 'tls') : undefined };
}

/** The gateway of an organisation. Throws `organisation-unknown` with the nearest name. */
export function gatewayOf(run: RunFile, org: string): { readonly org: OrgId; readonly url: string } {
  const url = run.gateways[org];
  if (url !== undefined && Object.hasOwn(run.gateways, org)) return { org: parseOrgId(org), url };
  const known = Object.keys(run.gateways);
  throw fail(
    'organisation-unknown',
    `organisation \`${org}\` has no gateway here${nearestOrAll(org, known)}`,
    [{ path: '--org', message: 'unknown' }],
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
