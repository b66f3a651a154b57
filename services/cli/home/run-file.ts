import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { type Home, homeAt } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';
import { systemWords } from './unwritable.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

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
  /** What the processes read from the environment of `up`, secrets hidden; absent in a file of an older release. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * `--home`, then `LIAISON_HOME` unless it is empty, then `.liaison/` in the clone. Throws `usage` for an empty `--home`,
 * and for what is there and is no folder.
 */
export function findHome(option: string | undefined, env: NodeJS.ProcessEnv): Home {
  if (option === '') throw fail('usage', '`--home` is empty: name a folder');
  const root = resolve(option ?? (env['LIAISON_HOME'] || join(projectRoot, '.liaison')));
  if (isNoFolder(root)) throw fail('usage', `\`${root}\` is not a folder: give another \`--home\``);
  return homeAt(root);
}

/** Whoever may not even look there is told so by what reads or writes the home. */
function isNoFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

/**
 * The federation that runs in this home; undefined when none does (a file left by a dead `up` counts as none). Throws
 * `forbidden` where this user may not look, `usage` where no file can be, `config-invalid` for a damaged one.
 */
export function findRunning(home: Home): RunFile | undefined {
  const bytes = readRun(home);
  if (bytes === undefined) return undefined;
  try {
    return parseRun(bytes);
  } catch (error) {
    const why = `\`${home.run}\` is damaged: ${errorFrom(error).message}`;
    throw fail(
      'config-invalid',
      `${why}; it is written anew by \`up\`: end the one that runs, if any, and start it`,
    );
  }
}

function readRun({ root, run }: Home): Buffer | undefined {
  try {
    return readFileSync(run);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw fail('usage', `\`${run}\` cannot be read: ${systemWords(error)}`);
    throw fail(
      'forbidden',
      `\`${root}\` is not for this user to read: run as its owner, or give another \`--home\``,
    );
  }
}

const TEXT = { type: 'string' };
const TEXTS = { type: 'object', additionalProperties: TEXT };
const NUMBER = { type: 'integer', minimum: 1 };
const isRunFile = new Ajv().compile<RunFile>({
  type: 'object',
  required: ['nats', 'monitor', 'auditor', 'router', 'gateways', 'metrics', 'processes'],
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
    gateways: TEXTS,
    metrics: TEXTS,
    processes: { type: 'object', additionalProperties: NUMBER },
    settings: TEXTS,
  },
});

function parseRun(bytes: Uint8Array): RunFile | undefined {
  const run = parseStrictJson(bytes);
  const { pid } = Object(run) as { readonly pid?: unknown };
  if (typeof pid === 'number' && !isAlive(pid)) return undefined;
  if (isRunFile(run)) return run;
  const [first] = isRunFile.errors ?? [];
  throw fail('schema-invalid', `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim());
}

/** Throws `unreachable` with the line that starts one. */
export function requireRunning(home: Home): RunFile {
  const run = findRunning(home);
  if (run !== undefined) return run;
  throw fail(
    'unreachable',
    `no federation runs in \`${home.root}\`: start one with \`${suggestedCommand('up')}\``,
  );
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
