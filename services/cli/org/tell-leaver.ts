import { type Bus, connectAs } from '../../shared/bus/connect.js';
import { consumerState } from '../../shared/bus/consumer-state.js';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { sources } from '../../shared/bus/streams.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { subjects } from '../../shared/wire/subjects.js';
import { gatewayName } from '../home/process-names.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { seedPath } from '../init/seed-path.js';

const TIMEOUT_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Hands the newest version of the directory to the gateway of a member that has left, while its account still exists: no later way
 * leads there. Resolves to true once the gateway has read all that lies in its IN; to false where it is not connected or does not
 * answer within 5 s. Never throws.
 */
export async function tellLeaver(home: Home, org: OrgId, run: RunFile): Promise<boolean> {
  try {
    const connections = await monitoringAt(run.monitor).connections();
    if (!connections.some(({ account, name }) => account === org && name === gatewayName(org))) return false;
    const bus = await connectRouter(home, org, run);
    try {
      const { frame: bytes } = await newestDirectory(home);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      await publishLatest(bus, { subject: subjects.directory(), bytes, signal });
      return await isRead(bus, signal);
    } finally {
      await bus.close();
    }
  } catch {
    // The account may be removed in part, by an earlier call that was interrupted.
    return false;
  }
}

function connectRouter(home: Home, org: OrgId, run: RunFile): Promise<Bus> {
  const role = 'router';
  const seed = readSecret(seedPath(home, org, { role, of: '1' }));
  return connectAs({ ...brokerConnection(run, home.router(1)), seed, role, name: role });
}

async function isRead(bus: Bus, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const { pending, ackPending } = await consumerState(bus, sources.in);
    if (pending + ackPending === 0) return true;
    await pause(LOOK_EVERY_MS, signal);
  }
  return false;
}
