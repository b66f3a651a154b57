import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import { isPortFree } from '../../shared/kernel/is-port-free.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import type { Home } from '../../shared/runtime/home.js';
import { freePorts } from '../init/free-ports.js';
import { writeSecretJson } from '../init/secrets.js';

/** The port of each process that listens, by name. */
export type Ports = Readonly<Record<string, number>>;

/** What a dead `up` left behind ends within the time it takes to drain. */
const WAIT_MS = 15_000;
const PAUSE_MS = 250;

/**
 * Chosen free at the first start and kept in `ports.json`: clients find the same addresses after a restart. Throws
 * `busy` when another program took one meanwhile.
 */
export async function persistentPorts(
  home: Home,
  names: readonly string[],
  patience = WAIT_MS,
): Promise<Ports> {
  const path = join(home.root, 'ports.json');
  const kept: Ports =
    statSync(path, { throwIfNoEntry: false }) === undefined
      ? {}
      : (parseStrictJson(readFileSync(path, 'utf8')) as Ports);
  const taken = await Promise.all(
    Object.entries(kept).map(async ([name, port]) =>
      (await becomesFree(port, patience)) ? [] : [`\`${port}\` of ${name}`],
    ),
  );
  if (taken.flat().length > 0) {
    throw fail(
      'busy',
      `another program has port ${taken.flat().join(', ')}: end it, or delete \`${path}\` for other ports`,
    );
  }
  const missing = names.filter((name) => kept[name] === undefined);
  if (missing.length === 0) return kept;
  const fresh = await freePorts(missing.length);
  const ports = { ...kept, ...Object.fromEntries(missing.map((name, index) => [name, fresh[index] ?? 0])) };
  writeSecretJson(path, ports);
  return ports;
}

async function becomesFree(port: number, patience: number): Promise<boolean> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    if (await isPortFree(port)) return true;
    if (waited >= patience) return false;
    await delay(PAUSE_MS);
  }
}
