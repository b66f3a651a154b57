import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Home } from '../../shared/runtime/home.js';
import { digest } from '../../shared/trust/digest.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { withWriteErrors } from '../home/file-errors.js';
import { withPolicies } from '../home/policies-folder.js';
import { readGivenFile } from '../home/read-given-file.js';
import { areRulesReleased } from '../home/rules-source.js';
import { requireRunning } from '../home/run-file.js';
import { requireHub } from '../hub/prepare-hub.js';
import { newestDirectory } from '../init/home-directory.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import {
  type AdmissibleParams,
  admitMember,
  admitSigned,
  askToAdmit,
  requireAdmissible,
} from './admit-member.js';
import { confirmWords } from './confirm-words.js';
import { explainRequest } from './explain-request.js';
import { checkFirstRelease } from './first-release/check-release.js';
import { type JoinRequest, MAX_JOIN_REQUEST_BYTES, openJoinRequest, requestWords } from './join-request.js';
import { spokenWords } from './spoken-words.js';
import { MAX_WELCOME_BYTES } from './welcome.js';

interface AdmitOptions {
  readonly words?: string;
  readonly yes?: boolean;
  readonly out: string;
  readonly signed?: string;
  readonly rootRequest: string;
  readonly policies: string;
}

export const verb: Verb<AdmitOptions> = {
  configure: (command) =>
    withPolicies(command, 'the folder of policies, which names the new member')
      .argument('<file>', 'the `join-request.json` of the organisation')
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'admit it without a question')
      .option('--out <file>', 'where to write the answer', 'welcome.json')
      .option('--signed <file>', 'the `welcome.json` that the holder of the root key signed')
      .option(
        '--root-request <file>',
        'where a hub without the root key writes what its holder is to sign',
        'root-request.json',
      ),
  examples: [
    [
      'org admit join-request.json',
      'shows who asks, and asks whether the words are those that were read out',
    ],
    ["org admit join-request.json --words 'legal winner …'", 'compares them with the given words'],
  ],
  run: async ({ args: [path = ''], options, home, env, output, stopping }) => {
    requireHub(home);
    const run = requireRunning(home);
    const signed =
      options.signed === undefined ? undefined : readGivenFile(options.signed, MAX_WELCOME_BYTES);
    const request = await openJoinRequest(readGivenFile(path, MAX_JOIN_REQUEST_BYTES));
    const lock = lockDirectory(home);
    try {
      const { policies } = options;
      const now = new Date();
      const params = { directory: await newestDirectory(home, output.note), policies, now };
      requireAdmissible(home, request, params);
      const takesReleases = areRulesReleased({ env, run });
      const release = await explain(request, { ...params, home, takesReleases, output });
      const asking = { words: requestWords(request), given: options.words, yes: options.yes === true };
      const question = `did a person at \`${request.id}\` read out the first words?`;
      if (!(await confirmWords({ ...asking, question, output, stopping }))) return EXIT.no;
      const admitting = { ...params, run, env, say: output.note };
      if (signed === undefined && !existsSync(home.rootKey)) {
        const text = await askToAdmit(home, request, admitting);
        return writeRootRequest(text, { out: resolve(options.rootRequest), output });
      }
      const { directory, made, welcome } =
        signed === undefined
          ? await admitMember(home, request, admitting)
          : await admitSigned(home, request, { ...admitting, signed });
      const out = resolve(options.out);
      withWriteErrors(out, () => writeWhole(out, welcome));
      output.show({ id: request.id, version: directory.version, made, welcome: out, release }, () =>
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

interface ExplainToParams extends AdmissibleParams {
  readonly home: Home;
  readonly takesReleases: boolean;
  readonly output: Output;
}

/** Checks the first rules of a request, where the hub takes them, and shows the request. Throws as `checkFirstRelease` does. */
async function explain(
  request: JoinRequest,
  { home, policies, now, directory, takesReleases, output }: ExplainToParams,
): Promise<object | undefined> {
  const release = takesReleases ? request.release : undefined;
  const checked = release && (await checkFirstRelease(release.files, { org: request.id, policies, now }));
  const about = { directory, root: readAnchor(home).x, checked, takesReleases, paint: output.notePaint };
  for (const line of explainRequest(request, about)) output.note(line);
  return release && { version: release.version, digest: release.digest, ...checked };
}

interface WriteRootRequestParams {
  readonly out: string;
  readonly output: Output;
}

/** Writes what the holder of the root key is to sign, and says how. The member is not admitted yet. */
function writeRootRequest(text: string, { out, output }: WriteRootRequestParams): ExitCode {
  withWriteErrors(out, () => writeWhole(out, text));
  const words = spokenWords(digest(text));
  output.show({ rootRequest: out, words }, () =>
    [
      `${out}: the holder of the root key is to sign it: ${suggestedCommand('root sign root-request.json --root root.jwk')}`,
      `read these words to that person: ${output.paint.bold(words)}`,
    ].join('\n'),
  );
  output.note(`with the answer: ${suggestedCommand('org admit join-request.json --signed welcome.json')}`);
  return EXIT.no;
}
