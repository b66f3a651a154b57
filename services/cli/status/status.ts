import { newestDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { markAcknowledged } from '../alarm/mark-acknowledged.js';
import { readDiskGrowth } from '../home/disk-growth.js';
import { isOfHub, requireGateways } from '../home/run-file.js';
import { readStatus } from './read-status.js';
import { siteStatusText } from './show-site-status.js';
import { statusText } from './show-status.js';
import { splitAlarms } from './simulated-alarms.js';
import { readLog } from '../ledger/read-ledger.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) => command,
  examples: [
    ['status', 'one screen: processes, queues of organisations, the hub, and alarms; at a site its gateway'],
    ['status --json', 'the same as one line of JSON; ages in seconds, null for a silent process'],
  ],
  run: async ({ home, output }) => {
    const run = requireGateways(home);
    const directory = await newestDirectory(home).catch(() => undefined);
    const read = await readStatus(run, new Date(), directory);
    const { alarms, simulated } = splitAlarms(home, read.alarms);
    const [log, disk] = await Promise.all([readLog(home), readDiskGrowth(home, new Date())]);
    const shown = markAcknowledged(home, alarms);
    const status = { ...read, log, alarms: shown, simulatedAlarms: simulated, disk };
    const look = { ...output, home, run };
    output.show(status, () =>
      isOfHub(run) ? statusText(status, look) : siteStatusText(status, { ...look, hub: run.nats }),
    );
    return status.processes.every(({ state }) => state === 'ready') ? EXIT.yes : EXIT.no;
  },
};
