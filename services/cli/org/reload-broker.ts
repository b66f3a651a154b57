import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { fail } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { findRunning, type RunFile } from '../home/run-file.js';
import { writeHubBroker } from '../init/hub-broker.js';
import { findServer } from '../up/nats-process.js';

/** How the program of the broker is found. */
export interface ReloadDeps {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

const RELOAD_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/**
 * Writes the configuration that this home requires, lets nats-server check it, and waits until the running broker has read it; one
 * that does not run reads it at its start. Restores the files, and throws `config-invalid` for what nats-server refuses and
 * `unreachable` for a broker that does not read it.
 */
export async function reloadBroker(home: Home, { env, say }: ReloadDeps): Promise<void> {
  const undo = writeHubBroker(home);
  try {
    await checkConfiguration(home, await findServer(env, say));
    const run = findRunning(home);
    if (run !== undefined) await reloadAndWait(run);
  } catch (error) {
    undo();
    throw error;
  }
}

async function reloadAndWait(run: RunFile): Promise<void> {
  const { configuredAt } = monitoringAt(run.monitor);
  const before = await configuredAt();
  reload(run);
  for (const end = Date.now() + RELOAD_TIMEOUT_MS; Date.now() < end; await pause(LOOK_EVERY_MS))
    if ((await configuredAt()) !== before) return;
  throw fail('unreachable', 'the broker did not read its new configuration: see its log');
}

/** Lets nats-server check its configuration. Throws `config-invalid` with the last line that it prints. */
export async function checkConfiguration(home: Home, binary: string): Promise<void> {
  const env = { PATH: process.env['PATH'], LIAISON_JS_KEY: readSecret(home.nats('js.key')) };
  try {
    await promisify(execFile)(binary, ['-t', '-c', home.nats('nats.conf')], { env, cwd: home.nats() });
  } catch (thrown) {
    const { stderr = '' } = thrown as { readonly stderr?: string };
    throw fail(
      'config-invalid',
      `nats-server refuses the configuration: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    );
  }
}

/** Sends the broker the signal to read its configuration again. Throws `unreachable` where it does not run. */
export function reload({ processes }: RunFile): void {
  const pid = processes['nats'];
  if (pid === undefined) throw fail('unreachable', 'the broker of this hub does not run');
  process.kill(pid, 'SIGHUP');
}
