import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { withWriteErrors } from '../home/file-errors.js';
import { withPolicies } from '../home/policies-folder.js';
import { readGivenFile } from '../home/read-given-file.js';
import { areRulesReleased } from '../home/rules-source.js';
import { requireRunning } from '../home/run-file.js';
import { requireHub } from '../hub/prepare-hub.js';
import { newestDirectory } from '../init/home-directory.js';
import { MAX_ROOT_ANSWER_BYTES } from '../root/root-answer.js';
import { type RootRequestOptions, withRootRequest, writeRootRequest } from '../root/write-root-request.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
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
import { hubWords } from './spoken-words.js';
import { type JoinRequest, MAX_JOIN_REQUEST_BYTES, openJoinRequest, requestWords } from './join-request.js';

interface AdmitOptions extends RootRequestOptions {
  readonly words?: string;
  readonly yes?: boolean;
  readonly out: string;
  readonly signed?: string;
  readonly policies: string;
}

/** The words that take the answer of the holder of the root key in. */
const ACCEPT = 'org admit join-request.json --signed root-answer.json';

export const verb: Verb<AdmitOptions> = {
  configure: (command) =>
    withRootRequest(withPolicies(command, 'the folder of policies, which names the new member'))
      .argument('<file>', 'the `join-request.json` of the organisation')
      .option('--words <words>', 'the eight words that a person at the organisation read out')
      .option('--yes', 'admit it without comparing words')
      .option('--out <file>', 'where to write the answer', 'welcome.json')
      .option('--signed <file>', 'the `root-answer.json` of the holder of the root key'),
  examples: [
    [
      'org admit join-request.json',
      'shows who asks, asks for the words that are read out there, then shows those of this hub',
    ],
    ["org admit join-request.json --words 'legal winner …'", 'compares them with the given words'],
  ],
  run: async ({ args: [path = ''], options, home, env, output, stopping }) => {
    requireHub(home);
    const run = requireRunning(home);
    const signed =
      options.signed === undefined ? undefined : readGivenFile(options.signed, MAX_ROOT_ANSWER_BYTES);
    const request = await openJoinRequest(readGivenFile(path, MAX_JOIN_REQUEST_BYTES));
    const lock = lockDirectory(home);
    try {
      const { policies } = options;
      const now = new Date();
      const params = { directory: await newestDirectory(home, output.note), policies, now };
      requireAdmissible(home, request, params);
      const takesReleases = areRulesReleased({ env, run });
      const release = await explain(request, { ...params, takesReleases, output });
      const asking = { words: requestWords(request), given: options.words, yes: options.yes === true };
      const reader = `a person at \`${request.id}\``;
      if (!(await confirmWords({ ...asking, reader, output, stopping }))) return EXIT.no;
      showWords(
        request,
        { root: readAnchor(home).x, federation: params.directory.federation, url: request.hub },
        output,
      );
      const admitting = { ...params, run, env, say: output.note };
      if (signed === undefined && !existsSync(home.rootKey)) {
        const text = await askToAdmit(home, request, admitting);
        return writeRootRequest(home, text, { ...options, output, accept: ACCEPT });
      }
      const { directory, made, welcome } =
        signed === undefined
          ? await admitMember(home, request, admitting)
          : await admitSigned(home, request, { ...admitting, signed });
      const out = resolve(options.out);
      withWriteErrors(out, () => writeWhole(out, welcome));
      const admitted = { id: request.id, version: directory.version, made, welcome: out, release };
      output.show(admitted, () => admittedText(admitted));
      return EXIT.yes;
    } finally {
      lock.release();
    }
  },
};

interface ExplainToParams extends AdmissibleParams {
  readonly takesReleases: boolean;
  readonly output: Output;
}

/** Checks the first rules of a request, where the hub takes them, and shows the request. Throws as `checkFirstRelease` does. */
async function explain(
  request: JoinRequest,
  { policies, now, directory, takesReleases, output }: ExplainToParams,
): Promise<object | undefined> {
  const release = takesReleases ? request.release : undefined;
  const checked = release && (await checkFirstRelease(release.files, { org: request.id, policies, now }));
  const about = { directory, checked, takesReleases };
  for (const line of explainRequest(request, about)) output.note(line);
  return release && { version: release.version, digest: release.digest, ...checked };
}

/** Shows the words of both sides, so that the operator reads those of the hub to the organisation. */
function showWords(
  request: Parameters<typeof requestWords>[0],
  about: Parameters<typeof hubWords>[0],
  { note, notePaint: { bold } }: Pick<Output, 'note' | 'notePaint'>,
): void {
  note(`the request's words: ${bold(requestWords(request))}`);
  note(`this hub's words: ${bold(hubWords(about))}  (read them to the organisation)`);
}

function admittedText({ id, version, welcome }: { id: string; version: number; welcome: string }): string {
  return `\`${id}\` is a member by version ${version} of the directory\n${welcome}: send it to the organisation`;
}
