import { EXIT } from '../../terminal/exit-codes.js';
import { table } from '../../terminal/output.js';
import type { Verb } from '../../verb.js';
import { releaserOf, type WhoseReleases } from './releaser.js';

export const verb: Verb<WhoseReleases> = {
  configure: (command) =>
    command
      .option('--org <organisation>', 'whose releases; by default the one of this home')
      .option('--federation', 'those of the federation, at the hub'),
  examples: [
    ['policy releases', 'the last releases with their version, digest, state and the router that judged'],
  ],
  run: async (call) => {
    const { output } = call;
    const { releases, unrecorded } = await releaserOf(call).ask();
    if (output.json) [...unrecorded, ...releases].forEach(output.record);
    else {
      const sent = unrecorded.map(({ version, statement, state, code }) => [
        String(version),
        statement,
        code === null ? state : `${state}: ${code}`,
        '',
        '',
      ]);
      const known = releases.map(({ version, release, state, recordedAt, judgedBy }) => [
        String(version),
        release,
        state,
        recordedAt,
        judgedBy ?? '',
      ]);
      output.print(
        table(['version', 'digest', 'state', 'recorded', 'judged by'], [...sent, ...known], output),
      );
    }
    return EXIT.yes;
  },
};
