import { statSync } from 'node:fs';
import { fail } from '../../../shared/kernel/errors.js';
import { readContribution } from '../../../shared/ledger/release/contribution.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import type { ShownRelease, ShownReleaseFinding } from '../../../shared/wire/shown-releases.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import { parseDuration, parseRepeated } from '../../terminal/parse-options.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Call, Verb } from '../../verb.js';
import { newDraft, waitForJudgement } from './judged-draft.js';
import {
  digestOfDraft,
  readContributionFile,
  readReleaseDraft,
  type ReleaseDraft,
  whoseText,
  writeReleaseDraft,
} from './release-file.js';
import { releaserOf, type WhoseReleases } from './releaser.js';
import { looseningsIn, releaseText } from './releases-client.js';

interface ReleaseOptions extends WhoseReleases {
  readonly key?: string;
  readonly with?: readonly string[];
  readonly out: string;
  readonly wait?: number;
}

export const verb: Verb<ReleaseOptions> = {
  configure: (command) =>
    command
      .argument(
        '<path>',
        'the folder with `export.cedar` and `import.cedar`, with `--federation` one of policies, or a file that `--out` wrote',
      )
      .option('--org <organisation>', 'whose rules; by default the one of this home')
      .option('--federation', 'releases schema, rules, invariants and facts of the federation, at the hub')
      .option(
        '--key <file>',
        "with `--federation` an operator key (default: the home's `hub/operator/operator.jwk`)",
      )
      .option(
        '--with <file>',
        'with `--federation` a file of `policy contribute`: rules of a member that change at once; repeatable',
        parseRepeated,
      )
      .option('--out <file>', 'where to write the release for its approvers', 'release.json')
      .option(
        '--wait <time>',
        'how long to wait for the judgement of a router: 120 s by default',
        parseDuration,
      ),
  examples: [
    ['policy release rules/', 'releases the rules in this folder; exits with 3 when approvals are missing'],
    ['policy release release.json', 'sends the release again, with the approvals that were signed since'],
    [
      'policy release policies/ --federation',
      'releases what the federation has in this folder; approvers of enough members sign it',
    ],
    [
      'policy release policies/ --federation --with contribution.json',
      'releases it together with the rules of a member: both come into force at once, or neither',
    ],
  ],
  run: runRelease,
};

async function runRelease(call: Call<ReleaseOptions>): Promise<ExitCode> {
  const { args, options, home, output } = call;
  const [path = ''] = args;
  const releaser = releaserOf(call);
  const { org, ask } = releaser;
  const isDraft = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const contributions = contributionsFor(options, isDraft);
  const draft = isDraft
    ? readReleaseDraft(path)
    : {
        ...newDraft(await ask(), {
          org,
          federation: (await readDirectory(home)).federation,
          files: releaser.read(path),
        }),
        ...contributions,
      };
  if (draft.org !== org) throw fail('usage', `\`${path}\` is a release of ${whoseText(draft)}`);
  const statement = await releaser.send(draft);
  output.note(`version ${draft.version} is sent: a router judges it`);
  const judged = await waitForJudgement(ask, {
    statement,
    withinMs: options.wait,
    stopping: call.stopping,
  });
  return show(output, { judged, draft, out: options.out });
}

/** Returns what members contribute, by the files that `--with` names. Throws `usage`, and as `readContributionFile` does. */
function contributionsFor(
  { with: files = [], federation }: ReleaseOptions,
  isDraft: boolean,
): Pick<ReleaseDraft, 'contributions'> {
  if (files.length === 0) return {};
  if (federation !== true) throw fail('usage', '`--with` is given with `--federation` alone');
  if (isDraft)
    throw fail('usage', '`--with` is given with a folder: the file of a release has its contributions');
  return { contributions: files.map(readContributionFile) };
}

interface ShowParams {
  readonly judged: ShownRelease;
  readonly draft: ReleaseDraft;
  readonly out: string;
}

function show(output: Output, { judged, draft, out }: ShowParams): ExitCode {
  const { findings = [] } = judged;
  const isFederation = draft.org === LEDGER_OWNER;
  const isUnapproved = ({ place, loosening }: ShownReleaseFinding): boolean =>
    loosening !== undefined || (isFederation && place === 'approvals');
  const unapproved = findings.filter(isUnapproved).length;
  if (unapproved > 0) writeReleaseDraft(out, { ...draft, loosenings: looseningsIn(judged) });
  const file = unapproved > 0 ? { file: out } : {};
  output.show({ ...judged, org: draft.org, digest: digestOfDraft(draft), ...file }, () =>
    releaseText(judged, output),
  );
  const who = isFederation
    ? `approvers of enough members sign it${contributorsText(draft)}`
    : 'two approvers sign it';
  if (unapproved > 0) output.note(`${who}: ${suggestedCommand(`policy approve ${out} --key approver.jwk`)}`);
  if (judged.state !== 'refused') return EXIT.yes;
  return unapproved > 0 && unapproved === findings.length ? EXIT.loosening : EXIT.no;
}

function contributorsText({ contributions = [] }: ReleaseDraft): string {
  const members = contributions.map((one) => `\`${readContribution(one).org}\``);
  return members.length === 0
    ? ''
    : `, and two approvers each of ${members.join(', ')} for what its rules open`;
}
