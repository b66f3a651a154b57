import { Argument } from 'commander';
import { openKeyRequest } from '../../shared/trust/directory/key-request.js';
import { judgeKeyRequest } from '../../shared/trust/directory/judge-key-request.js';
import { MAX_KEY_REQUEST_BYTES } from '../../shared/wire/frame-limits.js';
import { readGivenFile } from '../home/read-given-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { explainKeyRequest, keyRequestWords } from '../key/explain-request.js';
import { grantRequest } from '../key/grant-request.js';
import { requireRoot } from '../key/local-keys.js';
import { EXIT } from '../terminal/exit-codes.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { confirmWords } from './confirm-words.js';

interface KeysOptions {
  readonly words?: string;
  readonly yes?: boolean;
}

export const verb: Verb<KeysOptions> = {
  configure: (command) =>
    command
      .addArgument(new Argument('<action>', 'what to do with the request').choices(['approve']))
      .argument('<request>', 'the file that `key request` wrote at the organisation')
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'grant it without a question'),
  examples: [
    [
      'org keys approve key-request.json',
      'shows what an organisation asks for, and asks whether the words are those that were read out',
    ],
  ],
  run: async ({ args: [, path = ''], options, home, output, stopping }) => {
    requireRoot(home);
    const text = readGivenFile(path, MAX_KEY_REQUEST_BYTES).toString().trim();
    const lock = lockDirectory(home);
    try {
      const [directory, now] = [await newestDirectory(home, output.note), new Date()];
      const request = await openKeyRequest(text, { directory, now });
      judgeKeyRequest(request, directory, now);
      for (const line of explainKeyRequest(request, output.notePaint)) output.note(line);
      const asking = { words: keyRequestWords(request), given: options.words, yes: options.yes === true };
      const question = `did a person at \`${request.iss}\` read out these words?`;
      if (!(await confirmWords({ ...asking, question, output, stopping }))) return EXIT.no;
      const { version } = await grantRequest(home, request, { now, say: output.note });
      output.show(
        { org: request.iss, wish: request.wish, version },
        () => `granted by version ${version} of the directory`,
      );
      return EXIT.yes;
    } finally {
      lock.release();
    }
  },
};
