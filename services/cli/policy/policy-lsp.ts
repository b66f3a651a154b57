import { resolve } from 'node:path';
import { Option } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { runLanguageServer } from './lsp/server.js';

interface LspOptions {
  readonly policies?: string;
}

export const verb: Verb<LspOptions> = {
  configure: (command) =>
    command.addOption(
      new Option(
        '--policies <folder>',
        'the only folder to serve (default: of each open file, the nearest folder above it with a schema)',
      ).env('LIAISON_POLICIES'),
    ),
  anyHome: true,
  examples: [
    [
      'policy lsp',
      'started by an editor, which it serves over stdin and stdout; see scripts/editor/README.md',
    ],
    ['policy lsp --policies my-policies', 'serves the files of one folder only'],
  ],
  run: async ({ options: { policies }, stopping }) => {
    const { stdin: input, stdout: output } = process;
    if (input.isTTY) {
      const how = 'an editor starts it and speaks the Language Server Protocol: see scripts/editor/README.md';
      throw fail('usage', `\`policy lsp\` is not for a terminal: ${how}`);
    }
    const pinned = (policies ?? '') === '' ? undefined : resolve(`${policies}`);
    return (await runLanguageServer({ input, output, pinned, stopping })) ? EXIT.yes : EXIT.no;
  },
};
