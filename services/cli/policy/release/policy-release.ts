import { statSync } from 'node:fs';
import { fail, isCode } from '../../../shared/kernel/errors.js';
import { parseOrgId } from '../../../shared/kernel/ids.js';
import { pause } from '../../../shared/kernel/pause.js';
import { signRelease } from '../../../shared/ledger/release/release.js';
import { readSigner } from '../../../shared/trust/keys.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import type { ShownRelease } from '../../../shared/wire/shown-releases.js';
import { requireGateways } from '../../home/run-file.js';
import { type GatewayClient, onlyGatewayClient } from '../../http-client.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import { parseDuration } from '../../terminal/parse-options.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { Call, Verb } from '../../verb.js';
import {
  digestOfDraft,
  readReleaseDraft,
  readOwnFiles,
  type ReleaseDraft,
  writeReleaseDraft,
} from './release-file.js';
import { askReleases, type ListedReleases, releaseText } from './releases-client.js';

interface ReleaseOptions {
  readonly org?: string;
  readonly out: string;
  readonly wait?: number;
}

export const verb: Verb<ReleaseOptions> = {
  configure: (command) =>
    command
      .argument('<path>', 'the folder with `export.cedar` and `import.cedar`, or a file that `--out` wrote')
      .option('--org <organisation>', 'whose rules; by default the one of this home')
      .option('--out <file>', 'where to write the release for its approvers', 'release.json')
      .option(
        '--wait <time>',
        'how long to wait for the judgement of a router: 120 s by default',
        parseDuration,
      ),
  examples: [
    ['policy release rules/', 'releases the rules in this folder; exits with 3 when approvals are missing'],
    ['policy release release.json', 'sends the release again, with the approvals that were signed since'],
  ],
  run: runRelease,
};

async function runRelease(call: Call<ReleaseOptions>): Promise<ExitCode> {
  const { args, options, home, output } = call;
  const [path = ''] = args;
  const gateway = onlyGatewayClient(home, requireGateways(home), options.org);
  const org = parseOrgId(gateway.org);
  const draft =
    statSync(path, { throwIfNoEntry: false })?.isFile() === true
      ? readReleaseDraft(path)
      : newDraft(await askReleases(gateway), {
          org,
          federation: (await readDirectory(home)).federation,
          files: readOwnFiles(path, org),
        });
  if (draft.org !== org) throw fail('usage', `\`${path}\` is a release of \`${draft.org}\``);
  const signer = await readSigner(home.org(org, 'policy.jwk'));
  const wire = await signRelease(draft, { signer, federation: draft.federation, now: new Date() });
  const body = { statement: wire.statement, files: Buffer.from(wire.files).toString('base64') };
  const { statement } = (await gateway.post('/v1/policies/releases', body)) as { readonly statement: string };
  output.note(`version ${draft.version} is sent: a router judges it`);
  const judged = await waitForJudgement(gateway, {
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
  gateway: GatewayClient,
  { statement, withinMs, stopping }: WaitParams,
): Promise<ShownRelease> {
  const end = Date.now() + withinMs;
  while (Date.now() < end && !stopping.aborted) {
    const found = await askReleases(gateway, statement).catch((thrown: unknown) => {
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
  const loosenings = (judged.findings ?? []).flatMap(({ loosening, message }) =>
    loosening === undefined ? [] : [{ loosening, message }],
  );
  const isOnlyUnapproved = loosenings.length > 0 && loosenings.length === judged.findings?.length;
  if (loosenings.length > 0) writeReleaseDraft(out, { ...draft, loosenings });
  const file = loosenings.length > 0 ? { file: out } : {};
  output.show({ ...judged, org: draft.org, digest: digestOfDraft(draft), ...file }, () =>
    releaseText(judged, output),
  );
  if (loosenings.length > 0)
    output.note(`two approvers sign it: ${suggestedCommand(`policy approve ${out} --key approver.jwk`)}`);
  if (judged.state !== 'refused') return EXIT.yes;
  return isOnlyUnapproved ? EXIT.loosening : EXIT.no;
}
