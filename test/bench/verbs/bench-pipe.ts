import { untilAborted } from '../../../services/shared/kernel/pause.js';
import { whenParentEnds } from '../../../services/shared/runtime/lifecycle.js';
import { runPipe } from '../route/pipe.js';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { parseList, parseNumber } from '../../../services/cli/terminal/parse-options.js';
import type { Verb } from '../../../services/cli/verb.js';

interface PipeOptions {
  readonly nats: string;
  readonly orgs: readonly string[];
  readonly copies: number;
}

export const verb: Verb<PipeOptions> = {
  configure: (command) =>
    command
      .requiredOption('--nats <url>', 'the broker')
      .requiredOption('--orgs <organisations>', 'whose frames to forward', parseList)
      .requiredOption('--copies <n>', 'recipients of each frame', parseNumber(1, 1_000)),
  anyHome: true,
  examples: [
    ['bench pipe --nats nats://127.0.0.1:4222 --orgs europol,afripol --copies 1', 'forwards until stopped'],
  ],
  run: async ({ options, home, stopping }) => {
    whenParentEnds(() => process.exit(1));
    const pipe = await runPipe({ ...options, home });
    process.send?.({ type: 'ready' });
    await untilAborted(stopping);
    await pipe.stop();
    return EXIT.yes;
  },
};
