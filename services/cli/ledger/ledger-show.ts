import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { showLedger } from './ledger-table.js';
import { readLedger } from './read-ledger.js';

export const verb: Verb = {
  configure: (command) => command,
  examples: [
    ['ledger show', 'how many records there are, what each witness cosigned last, and what was ruled out'],
  ],
  run: async ({ home, output }) => {
    const ledger = await readLedger(home);
    output.show(ledger, () => showLedger(ledger, output));
    return EXIT.yes;
  },
};
