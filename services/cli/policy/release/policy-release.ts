import { statSync } from 'node:fs';
import { fail, isCode } from '../../../shared/kernel/errors.js';
import { pause } from '../../../shared/kernel/pause.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import type { ShownRelease, ShownReleaseFinding } from '../../../shared/wire/shown-releases.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import { parseDuration } from '../../terminal/parse-options.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Call, Verb } from '../../verb.js';
import {
  digestOfDraft,
  readReleaseDraft,
  type ReleaseDraft,
  whoseText,
  writeReleaseDraft,
} from './release-file.js';
import { releaserOf, type WhoseReleases } from './releaser.js';
import { type AskReleases, type ListedReleases, releaseText } from './releases-client.js';

interface ReleaseOptions extends WhoseReleases {
  readonly key?: string;
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
      'releases what the federation has in this folder; approvers of more than half of the members sign it',
    ],
  ],
  run: runRelease,
};

async function runRelease(call: Call<ReleaseOptions>): Promise<ExitCode> {
  const { args, options, home, output } = call;
  const [path = ''] = args;
  const releaser = releaserOf(call);
  const { org, ask } = releaser;
  const draft =
    statSync(path, { throwIfNoEntry: false })?.isFile() === true
      ? readReleaseDraft(path)
      : newDraft(await ask(), {
          org,
          federation: (await readDirectory(home)).federation,
          files: releaser.read(path),
        });
  if (draft.org !== org) throw fail('usage', `\`${path}\` is a release of ${whoseText(draft)}`);
  const statement = await releaser.send(draft);
  output.note(`version ${draft.version} is sent: a router judges it`);
  const judged = await waitForJudgement(ask, {
    statement,
    withinMs: options.wait ?? JUDGED_MS,
    stopping: call.stopping,
  });
  return show(output, { judged, draft, out: options.out });
}

function newDraft(
  { releases }: ListedReleases,
  own: Pick<ReleaseDraft, 'org' | 'federation' | 'files'>,
): ReleaseDraft {
  const current = releases.find(({ state }) => state === 'in-force');
  const place = { version: (current?.version ?? 0) + 1, previous: current?.release ?? null };
  return { ...own, ...place, approvals: [], loosenings: [] };
}

const [POLL_MS, JUDGED_MS] = [500, 120_000];

interface WaitParams {
  readonly statement: string;
  readonly withinMs: number;
  readonly stopping: AbortSignal;
}

/** Resolves with the judged release. Throws `timed-out`, and the code with which the hub refused it unjudged. */
async function waitForJudgement(
  ask: AskReleases,
  { statement, withinMs, stopping }: WaitParams,
): Promise<ShownRelease> {
  const end = Date.now() + withinMs;
  while (Date.now() < end && !stopping.aborted) {
    const found = await ask(statement).catch((thrown: unknown) => {
      if (isCode(thrown, 'rate-limited', 'timed-out', 'unreachable', 'full', 'not-ready')) return undefined;
      throw thrown;
    });
    const judged = found?.releases.find((each) => each.statement === statement && each.state !== 'waiting');
    if (judged !== undefined) return judged;
    const refused = found?.unrecorded.find(
      (each) => each.statement === statement && each.state === 'refused',
    );
    if (refused !== undefined)
      throw fail('release-refused', `the hub refused the release: ${refused.code ?? 'it gives no reason'}`);
    await pause(POLL_MS, stopping);
  }
  throw fail('timed-out', `the release is not judged yet: see \`${suggestedCommand('policy releases')}\``);
}

interface ShowParams {
  readonly judged: ShownRelease;
  readonly draft: ReleaseDraft;
  readonly out: string;
}

function show(output: Output, { judged, draft, out }: ShowParams): ExitCode {
  const { findings = [] } = judged;
  const loosenings = findings.flatMap(({ loosening, message }) =>
    loosening === undefined ? [] : [{ loosening, message }],
  );
  const isFederation = draft.org === LEDGER_OWNER;
  const isUnapproved = ({ place, loosening }: ShownReleaseFinding): boolean =>
    loosening !== undefined || (isFederation && place === 'approvals');
  const unapproved = findings.filter(isUnapproved).length;
  if (unapproved > 0) writeReleaseDraft(out, { ...draft, loosenings });
  const file = unapproved > 0 ? { file: out } : {};
  output.show({ ...judged, org: draft.org, digest: digestOfDraft(draft), ...file }, () =>
    releaseText(judged, output),
  );
  const who = isFederation ? 'approvers of more than half of the members sign it' : 'two approvers sign it';
  if (unapproved > 0) output.note(`${who}: ${suggestedCommand(`policy approve ${out} --key approver.jwk`)}`);
  if (judged.state !== 'refused') return EXIT.yes;
  return unapproved > 0 && unapproved === findings.length ? EXIT.loosening : EXIT.no;
}
