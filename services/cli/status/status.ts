import { EXIT } from '../terminal/exit-codes.js';
import { requireRunning } from '../home/run-file.js';
import { readStatus } from './read-status.js';
import { statusText } from './show-status.js';
import { splitAlarms } from './simulated-alarms.js';
import { readLog } from '../ledger/read-ledger.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) => command,
  examples: [
    ['status', 'one screen: processes, queues of organisations, the hub, and alarms'],
    ['status --json', 'the same as one line of JSON; ages in seconds, null for a silent process'],
  ],
  run: async ({ home, output }) => {
    const run = requireRunning(home);
    const read = await readStatus(run, new Date());
    const { alarms, simulated } = splitAlarms(home, read.alarms);
    const status = { ...read, log: await readLog(home), alarms, simulatedAlarms: simulated };
    output.show(status, () => statusText(status, { ...output, home, run }));
    return status.processes.every(({ state }) => state === 'ready') ? EXIT.yes : EXIT.no;
  },
};
