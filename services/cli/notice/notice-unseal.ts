import { SECTIONS } from '../../shared/notice/kinds.js';
import { parseWord } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';
import { type OrderOptions, orderOptions, runOrder } from './run-order.js';

interface UnsealOptions extends OrderOptions {
  readonly section: string;
  readonly to: string;
}

export const verb: Verb<UnsealOptions> = {
  configure: (command) =>
    orderOptions(command)
      .requiredOption('--section <name>', 'a section that the holder was told of', parseWord(SECTIONS))
      .requiredOption('--to <organisation>', 'the holder'),
  examples: [
    [
      'notice unseal 0190b7a2-… --section judicial --to gccpol',
      'sends this section alone; if the holder asked for it, this grants the request',
    ],
  ],
  run: (call) => {
    const { section, to } = call.options;
    return runOrder(call, { path: 'unseal', body: { section, to } });
  },
};
