import { resolve } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import type { Directory } from '../../shared/trust/directory.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { withWriteErrors } from '../home/file-errors.js';
import { withPolicies } from '../home/policies-folder.js';
import { readGivenFile } from '../home/read-given-file.js';
import { requireRunning } from '../home/run-file.js';
import { requireHub } from '../hub/prepare-hub.js';
import { newestDirectory } from '../init/home-directory.js';
import { requireRoot } from '../key/local-keys.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { admitMember, requireAdmissible } from './admit-member.js';
import { confirmWords } from './confirm-words.js';
import { type JoinRequest, MAX_JOIN_REQUEST_BYTES, openJoinRequest, requestWords } from './join-request.js';
import { hubWords } from './spoken-words.js';

interface AdmitOptions {
  readonly words?: string;
  readonly yes?: boolean;
  readonly out: string;
  readonly policies: string;
}

export const verb: Verb<AdmitOptions> = {
  configure: (command) =>
    withPolicies(command, 'the folder of policies, which names the new member')
      .argument('<file>', 'the `join-request.json` of the organisation')
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'admit it without a question')
      .option('--out <file>', 'where to write the answer', 'welcome.json'),
  examples: [
    [
      'org admit join-request.json',
      'shows who asks, and asks whether the words are those that were read out',
    ],
    ["org admit join-request.json --words 'legal winner …'", 'compares them with the given words'],
  ],
  run: async ({ args: [path = ''], options, home, env, output, stopping }) => {
    requireHub(home);
    requireRoot(home);
    const run = requireRunning(home);
    const request = await openJoinRequest(readGivenFile(path, MAX_JOIN_REQUEST_BYTES));
    const lock = lockDirectory(home);
    try {
      const { policies } = options;
      const now = new Date();
      const params = { directory: await newestDirectory(home, output.note), policies, now };
      requireAdmissible(home, request, params);
      explain(request, { home, directory: params.directory, output });
      const asking = { words: requestWords(request), given: options.words, yes: options.yes === true };
      const question = `did a person at \`${request.id}\` read out the first words?`;
      if (!(await confirmWords({ ...asking, question, output, stopping }))) return EXIT.no;
      const admitting = { ...params, run, env, say: output.note };
      const { directory, made, welcome } = await admitMember(home, request, admitting);
      const out = resolve(options.out);
      withWriteErrors(out, () => writeWhole(out, welcome));
      output.show({ id: request.id, version: directory.version, made, welcome: out }, () =>
        [
          `\`${request.id}\` is a member by version ${directory.version} of the directory`,
          `${out}: send it to the organisation`,
        ].join('\n'),
      );
      return EXIT.yes;
    } finally {
      lock.release();
    }
  },
};

interface ExplainParams {
  readonly home: Home;
  readonly directory: Directory;
  readonly output: Output;
}

/** Shows who asks and what admitting it changes, with the words of both sides. */
function explain(request: JoinRequest, { home, directory, output }: ExplainParams): void {
  const { id, name, contact, keys, hub: url } = request;
  const { bold } = output.notePaint;
  const words = hubWords({ root: readAnchor(home).x, federation: directory.federation, url });
  const lines = [
    `\`${id}\` (${name}${contact === undefined ? '' : `, ${contact}`}) asks to join \`${directory.federation}\` at ${url}`,
    `it will be listed with ${keys.length} keys in version ${directory.version + 1} of the directory, and get an account at the broker`,
    `its words:        ${bold(requestWords(request))}`,
    `this hub's words: ${bold(words)}  (read them to the organisation)`,
  ];
  for (const line of lines) output.note(line);
}
