import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { isPortFree } from '../../shared/kernel/is-port-free.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import { freePorts } from '../init/free-ports.js';
import { writeSecretJson } from '../init/secrets.js';

/** The ports of the listening processes, by name. */
export type Ports = Readonly<Record<string, number>>;

/** When `up` is killed, the processes it leaves behind finish their work and end within this time. */
const PORT_FREE_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 250;

/**
 * Returns a port for each name: chosen once among the free ones and stored in `ports.json`, so that addresses survive a
 * restart. Waits up to `timeout` milliseconds for ports in use. Throws `busy` when another program keeps one.
 */
export async function persistentPorts(
  home: Home,
  names: readonly string[],
  timeout = PORT_FREE_TIMEOUT_MS,
): Promise<Ports> {
  const stored = storedPorts(home);
  const taken = await takenIn(stored, timeout);
  if (taken.length > 0) throw portsTaken(home, stored, taken);
  const missing = names.filter((name) => stored[name] === undefined);
  if (missing.length === 0) return stored;
  const fresh = await freePorts(missing.length);
  const ports = { ...stored, ...Object.fromEntries(missing.map((name, index) => [name, fresh[index] ?? 0])) };
  writePorts(home, ports);
  return ports;
}

interface OnPortsParams {
  readonly home: Home;
  readonly names: readonly string[];
  /** Ends what `start` started. */
  readonly end: () => Promise<unknown>;
  readonly say: (words: string) => void;
}

/**
 * Calls `start` with a port for each name. Where it rejects because another program took ports that were chosen in this call, chooses
 * others for these, and calls `start` a second time. Ports of an earlier call stay: others may know these addresses. Rejects as
 * `start` and `persistentPorts` do, and with `busy` where another program keeps a port.
 */
export async function startOnPorts<T>(
  { home, names, end, say }: OnPortsParams,
  start: (ports: Ports) => Promise<T>,
): Promise<T> {
  const earlier = storedPorts(home);
  for (let tries = 1; ; tries += 1) {
    const ports = await persistentPorts(home, names);
    try {
      return await start(ports);
    } catch (thrown) {
      await end();
      const taken = await takenIn(ports, 0);
      if (taken.length === 0) throw thrown;
      if (tries > 1 || taken.some((name) => earlier[name] !== undefined))
        throw portsTaken(home, ports, taken);
      say(`another program took ${listOf(ports, taken)} during the start: other ports are chosen`);
      writePorts(home, Object.fromEntries(Object.entries(ports).filter(([name]) => !taken.includes(name))));
    }
  }
}

const pathOf = ({ root }: Home): string => join(root, 'ports.json');

function storedPorts(home: Home): Ports {
  const path = pathOf(home);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return {};
  return parseStrictJson(readFileSync(path, 'utf8')) as Ports;
}

const writePorts = (home: Home, ports: Ports): void => writeSecretJson(pathOf(home), ports);

/** Returns the names of the ports that other programs use. */
async function takenIn(ports: Ports, timeout: number): Promise<readonly string[]> {
  const names = Object.entries(ports).map(async ([name, port]) =>
    (await becomesFree(port, timeout)) ? [] : [name],
  );
  return (await Promise.all(names)).flat();
}

const listOf = (ports: Ports, names: readonly string[]): string =>
  `port ${names.map((name) => `\`${ports[name]}\` of ${name}`).join(', ')}`;

function portsTaken(home: Home, ports: Ports, taken: readonly string[]): LiaisonError {
  const what = `another program uses ${listOf(ports, taken)}`;
  return fail('busy', `${what}: end it, or delete \`${pathOf(home)}\` to use other ports`);
}

async function becomesFree(port: number, timeout: number): Promise<boolean> {
  for (let waited = 0; ; waited += POLL_INTERVAL_MS) {
    if (await isPortFree(port)) return true;
    if (waited >= timeout) return false;
    await delay(POLL_INTERVAL_MS);
  }
}
