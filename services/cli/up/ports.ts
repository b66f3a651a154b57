import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
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
  const path = join(home.root, 'ports.json');
  const stored: Ports =
    statSync(path, { throwIfNoEntry: false }) === undefined
      ? {}
      : (parseStrictJson(readFileSync(path, 'utf8')) as Ports);
  const taken = await Promise.all(
    Object.entries(stored).map(async ([name, port]) =>
      (await becomesFree(port, timeout)) ? [] : [`\`${port}\` of ${name}`],
    ),
  );
  if (taken.flat().length > 0) {
    throw fail(
      'busy',
      `another program uses port ${taken.flat().join(', ')}: end it, or delete \`${path}\` to use other ports`,
    );
  }
  const missing = names.filter((name) => stored[name] === undefined);
  if (missing.length === 0) return stored;
  const fresh = await freePorts(missing.length);
  const ports = { ...stored, ...Object.fromEntries(missing.map((name, index) => [name, fresh[index] ?? 0])) };
  writeSecretJson(path, ports);
  return ports;
}

async function becomesFree(port: number, timeout: number): Promise<boolean> {
  for (let waited = 0; ; waited += POLL_INTERVAL_MS) {
    if (await isPortFree(port)) return true;
    if (waited >= timeout) return false;
    await delay(POLL_INTERVAL_MS);
  }
}
