import { requireGateways } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { writeEvidence } from './write-evidence.js';

interface ShowOptions {
  readonly org: string;
  readonly out?: string;
}

export const verb: Verb<ShowOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id that `evidence list` prints')
      .requiredOption('--org <organisation>', 'whose gateway kept it')
      .option('--out <file>', 'write the file here; only its owner can read it'),
  examples: [
    [
      'evidence show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --org europol --out conviction.json',
      'a conviction, or a claim about a record that is missing on the log',
    ],
    ['verify conviction.json --root root.pub.jwk', 'verifies it anywhere, and prints the verdict'],
  ],
  run: async ({ args: [id = ''], options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const file = await gateway.get(`/v1/evidence/${encodeURIComponent(id)}`);
    writeEvidence(file, options.out, output);
    return EXIT.yes;
  },
};
