import { baselineOption } from '../bench-options.js';
import { type BenchPeersOptions, runBenchPeers } from '../peers/run-bench-peers.js';
import { parseNumber } from '../../../services/cli/terminal/parse-options.js';
import { withPolicies } from '../../../services/cli/home/policies-folder.js';
import type { Verb } from '../../../services/cli/verb.js';

export const verb: Verb<BenchPeersOptions> = {
  configure: (command) =>
    withPolicies(
      baselineOption(command)
        .option('--messages <n>', 'messages per round', parseNumber(64, 1_000_000), 7_000)
        .option('--rounds <n>', 'the number of rounds', parseNumber(1, 15), 5),
    ),
  starts: 'federation',
  anyHome: true,
  examples: [
    ['bench peers', 'NATS, Mosquitto and RabbitMQ with the same notices, and other policy engines'],
    ['bench peers --rounds 11 --json', 'longer; one line'],
  ],
  run: runBenchPeers,
};
