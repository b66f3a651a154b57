import { requireGateways } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import { table } from '../terminal/output.js';
import type { Verb } from '../verb.js';

interface ListOptions {
  readonly org: string;
}

/** One piece of evidence as a gateway lists it. */
interface ShownEvidence {
  readonly id: string;
  readonly what: string;
  /**
   * Null for checkpoints of the log, as are `recipient` and `frame`; `recipient` is also null for a record about an own
   * frame.
   */
  readonly originator: string | null;
  readonly recipient: string | null;
  readonly frame: string | null;
  readonly at: string;
}

export const verb: Verb<ListOptions> = {
  configure: (command) => command.requiredOption('--org <organisation>', 'whose gateway kept it'),
  examples: [
    [
      'evidence list --org europol',
      'statements and checkpoints that contradict each other, and claims about what is owed',
    ],
  ],
  run: async ({ options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const { items } = (await gateway.get('/v1/evidence')) as { readonly items: readonly ShownEvidence[] };
    if (output.json) for (const item of items) output.record(item);
    else if (items.length === 0) output.print('no evidence is kept');
    else {
      const rows = items.map(({ id, what, originator, recipient, at }) => [
        at.slice(0, 19),
        what,
        aboutText(originator, recipient),
        id,
      ]);
      output.print(table(['kept', 'what', 'about', 'id'], rows, output));
    }
    return EXIT.yes;
  },
};

function aboutText(originator: string | null, recipient: string | null): string {
  if (originator === null) return 'the log of the ledger';
  return recipient === null ? originator : `${originator} to ${recipient}`;
}
