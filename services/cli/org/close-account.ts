import { rmSync } from 'node:fs';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import type { RunFile } from '../home/run-file.js';
import { accountFile, writeHubBroker } from '../init/hub-broker.js';
import { reload, removeNkeys } from './open-account.js';

/**
 * Removes the account of a member that has left: its nkeys, its file and the folder of its streams. The running broker reloads and
 * closes the connections of that account alone. Can be called again after an interruption. Throws `unreachable` when the broker
 * still serves the account after 10 s.
 */
export async function closeAccount(home: Home, org: OrgId, run: RunFile | undefined): Promise<void> {
  removeNkeys(home, org)();
  writeHubBroker(home);
  rmSync(accountFile(home, org), { force: true });
  if (run !== undefined) {
    reload(run);
    await untilClosed(run, org);
  }
  rmSync(home.nats('data', 'jetstream', org), { recursive: true, force: true });
}

const RELOAD_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

async function untilClosed({ monitor }: RunFile, org: OrgId): Promise<void> {
  for (const end = Date.now() + RELOAD_TIMEOUT_MS; Date.now() < end; await pause(LOOK_EVERY_MS)) {
    const connections = await monitoringAt(monitor).connections();
    if (connections.every(({ account }) => account !== org)) return;
  }
  throw fail('unreachable', `the broker still serves the account \`${org}\`: see its log`);
}
