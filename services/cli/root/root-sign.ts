import { resolve } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { withWriteErrors } from '../home/file-errors.js';
import { readGivenFile } from '../home/read-given-file.js';
import { confirmWords } from '../org/confirm-words.js';
import { spokenWords } from '../org/spoken-words.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { MAX_ROOT_REQUEST_BYTES, openRootRequest } from './root-request.js';
import { examineRootRequest, readRootKey, signRootRequest } from './sign-request.js';

interface RootSignOptions {
  readonly root: string;
  readonly words?: string;
  readonly yes?: boolean;
  readonly out: string;
}

export const verb: Verb<RootSignOptions> = {
  configure: (command) =>
    command
      .argument('<file>', 'the `root-request.json` of the hub')
      .requiredOption('--root <file>', 'the root key of the federation')
      .option('--words <words>', 'the eight words that a person at the hub read out')
      .option('--yes', 'sign it without comparing words')
      .option('--out <file>', 'where to write the answer', 'root-answer.json'),
  anyHome: true,
  examples: [
    [
      'root sign root-request.json --root root.jwk',
      'shows what changes, and asks for the words that a person at the hub reads out',
    ],
    [
      "root sign root-request.json --root root.jwk --words 'legal winner …'",
      'compares the words of the request with those that the hub read out',
    ],
  ],
  run: async ({ args: [path = ''], options, output, stopping }) => {
    const asked = openRootRequest(readGivenFile(path, MAX_ROOT_REQUEST_BYTES));
    const root = await readRootKey(options.root);
    const now = new Date();
    const examined = await examineRootRequest(asked, root, now);
    const { held } = examined;
    const words = spokenWords(asked.digest);
    output.note(
      `it follows version ${held.version} of \`${held.federation}\`; since version ${held.base.version}, which this key signed, it changes:`,
    );
    for (const line of examined.changes) output.note(`  ${line}`);
    const asking = { words, given: options.words, yes: options.yes === true, output, stopping };
    if (!(await confirmWords({ ...asking, reader: 'a person at the hub' }))) return EXIT.no;
    const { directory, answer } = await signRootRequest(examined, root, now);
    const out = resolve(options.out);
    withWriteErrors(out, () => writeWhole(out, answer));
    output.show(
      { version: directory.version, changes: examined.changes, answer: out },
      () => `${out}: version ${directory.version} of the directory, for the hub`,
    );
    const accept =
      asked.welcome === undefined
        ? 'root accept root-answer.json'
        : 'org admit join-request.json --signed root-answer.json';
    output.note(`at the hub: ${suggestedCommand(accept)}`);
    return EXIT.yes;
  },
};
