import { rmSync } from 'node:fs';
import { HUB_ACCOUNTS } from '../../shared/bus/accounts.js';
import { deleteOnce } from '../../shared/bus/delete-once.js';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { accountConf } from '../../shared/bus/nats-conf.js';
import { forgetProvisioned } from '../../shared/bus/provision-marker.js';
import { parkedStream } from '../../shared/bus/streams.js';
import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { provisionedFile } from '../home/missing-streams.js';
import type { RunFile } from '../home/run-file.js';
import { accountFile, writeHubBroker } from '../init/hub-broker.js';
import { connectProvisioner } from '../init/provision-home.js';
import { writeSecret } from '../init/secrets.js';
import { removeNkeys } from './open-account.js';
import { reload } from './reload-broker.js';

/**
 * Removes the account of a member that has left: its nkeys, its file, the folder of its streams, and what was parked for it. Its
 * place is free for another member. The running broker reloads and closes the connections of that account alone. Can be called
 * again after an interruption. The caller holds `lockDirectory`. Throws `unreachable` when the broker still serves the account
 * after 10 s, and as `connectAs` does.
 */
export async function closeAccount(home: Home, org: OrgId, run: RunFile | undefined): Promise<void> {
  // The streams are forgotten before they are removed, so that the running hub does not create them again.
  forgetProvisioned(provisionedFile(home), [org, `${HUB_ACCOUNTS.core}/${parkedStream(org)}`]);
  await deleteParked(home, org, run);
  if (run !== undefined) await stopServing(home, org, run);
  removeNkeys(home, org)();
  writeHubBroker(home);
  rmSync(accountFile(home, org), { force: true });
  if (run !== undefined) reload(run);
  rmSync(home.nats('data', 'jetstream', org), { recursive: true, force: true });
}

async function deleteParked(home: Home, org: OrgId, run: RunFile | undefined): Promise<void> {
  const [core, stream] = [{ name: HUB_ACCOUNTS.core }, parkedStream(org)];
  if (run === undefined) {
    const path = home.nats('data', 'jetstream', core.name, 'streams', stream);
    return rmSync(path, { recursive: true, force: true });
  }
  const streams = await monitoringAt(run.monitor).streams();
  if (!streams.some((one) => one.account === core.name && one.stream === stream)) return;
  const bus = await connectProvisioner(home, core, run);
  try {
    await deleteOnce(() => bus.jsm.streams.delete(stream));
  } finally {
    await bus.close();
  }
}

const RELOAD_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/**
 * Takes users and JetStream from the account, and waits until the broker has closed its streams. nats-server 2.10 keeps the streams
 * of an account that is left out of its configuration open, and their room taken, until its next start.
 */
async function stopServing(home: Home, org: OrgId, run: RunFile): Promise<void> {
  writeSecret(
    accountFile(home, org),
    accountConf({ name: org, users: [] }, () => []),
  );
  reload(run);
  const monitoring = monitoringAt(run.monitor);
  for (const end = Date.now() + RELOAD_TIMEOUT_MS; Date.now() < end; await pause(LOOK_EVERY_MS)) {
    if (!(await monitoring.accounts()).includes(org)) return;
  }
  throw fail(
    'unreachable',
    `the broker still serves the account \`${org}\`: see its log, and run the command again`,
  );
}
