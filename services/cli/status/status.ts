import { EXIT } from '../terminal/exit-codes.js';
import { requireRunning } from '../home/run-file.js';
import { readStatus } from './read-status.js';
import { statusText } from './show-status.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) => command,
  examples: [
    ['status', 'one screen: what runs, what waits where, how fresh the hub is'],
    ['status --json', 'the same as one line of JSON; ages in seconds, null where nobody answers'],
  ],
  run: async ({ home, output }) => {
    const status = await readStatus(requireRunning(home), new Date());
    output.show(status, () => statusText(status, { ...output, home }));
    return status.processes.every(({ state }) => state === 'ready') ? EXIT.yes : EXIT.no;
  },
};
