import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { addAuditorOptions, type AuditorOptions, auditorOf } from './auditor-options.js';
import { showLedger } from './ledger-table.js';
import { readLedger } from './read-ledger.js';

export const verb: Verb<AuditorOptions> = {
  configure: addAuditorOptions,
  examples: [
    ['ledger show', 'how many records there are, what each witness cosigned last, and what was ruled out'],
    [
      'ledger show --auditor https://mirror.example --token mirror.token',
      'the same of a mirror, and how far it is behind',
    ],
  ],
  run: async ({ home, options, output }) => {
    const isNamed = options.auditor !== undefined || options.token !== undefined;
    const ledger = await readLedger(home, isNamed ? auditorOf(options, home) : undefined);
    output.show(ledger, () => showLedger(ledger, output));
    return EXIT.yes;
  },
};
