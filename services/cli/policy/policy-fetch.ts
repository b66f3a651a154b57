import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { readText } from '../../shared/kernel/read-text.js';
import { inventedDirectory } from '../../shared/policy/adopted/bundle-folder.js';
import { DIRECTORY_FILE } from '../../shared/policy/federation-files.js';
import { digest } from '../../shared/trust/digest.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { policiesIn } from '../home/policies-folder.js';
import { isSite } from '../home/require-kind.js';
import { requireGateways } from '../home/run-file.js';
import { onlyGatewayClient } from '../http-client.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Call, Verb } from '../verb.js';
import { type FetchedFile, type FetchedPolicies, parseFetched } from './fetch/fetched-policies.js';
import { editedSince, noteFetched } from './fetch/last-fetched.js';
import { type FolderPlan, planFolder, writePlan } from './fetch/write-fetched.js';

interface FetchOptions {
  readonly out: string;
  readonly org?: string;
  readonly force?: boolean;
}

export const verb: Verb<FetchOptions> = {
  configure: (command) =>
    command
      .option('--out <folder>', 'where to write the files', 'in-force')
      .option('--org <organisation>', 'whose own rules; by default the one of this home')
      .option('--force', 'also replace and remove files that were changed since the last fetch'),
  examples: [
    [
      'policy fetch',
      'writes what is in force into `in-force`: the files of the federation, and the own rules in a subfolder',
    ],
    ['policy fetch --out rules-today --json', 'prints each file with its digest and the release that has it'],
    ['policy diff rules/ --policies in-force', 'then: what the rules in another folder would change'],
  ],
  run: runFetch,
};

async function runFetch(call: Call<FetchOptions>): Promise<ExitCode> {
  const { options, home, output } = call;
  requireSite(call);
  const { out } = options;
  const gateway = onlyGatewayClient(home, requireGateways(home), options.org);
  const org = parseOrgId(gateway.org);
  const fetched = parseFetched(await gateway.get('/v1/policies/in-force'), org);
  const files = [...fetched.federation, ...fetched.own];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const found = planFolder(out, org, texts);
  if (options.force !== true) refuseOther(out, found);
  const plan = withDirectory(out, found, (await readDirectory(home)).federation);
  writePlan(out, plan);
  noteFetched(out, texts);
  show(output, { out, org, files, plan });
  for (const note of notesOn(fetched, org)) output.note(note);
  output.note(`try changed rules: ${suggestedCommand(`policy diff <folder> --policies ${out}`)}`);
  return EXIT.yes;
}

/** Throws `usage` for any other home than that of a site, and says where the files of the federation lie there. */
function requireSite({ home, env }: Pick<Call<FetchOptions>, 'home' | 'env'>): void {
  if (isSite(home)) return;
  const folder = policiesIn(env, home);
  throw fail(
    'usage',
    `\`${home.root}\` is not the home of a site: here the files of the federation lie in \`${folder}\`, and the verbs of \`policy\` read the adopted ones`,
  );
}

/** Throws `usage` for files that would be lost: neither in force nor as the last fetch wrote them. */
function refuseOther(folder: string, plan: FolderPlan): void {
  const others = editedSince(folder, plan).map((path) => `\`${join(folder, path)}\``);
  if (others.length === 0) return;
  throw fail(
    'usage',
    `nothing was written: ${others.join(', ')} were changed since the last fetch, and differ from what is in force: \`--force\` replaces or removes them, \`--out\` names another folder`,
  );
}

/** Returns a plan that also creates `directory.yaml`, which no release has, where it is missing: the verbs of `policy` read it. */
function withDirectory(folder: string, plan: FolderPlan, federation: string): FolderPlan {
  if (readText(folder, DIRECTORY_FILE).type !== 'absent') return plan;
  return { ...plan, created: new Map([...plan.created, [DIRECTORY_FILE, inventedDirectory(federation)]]) };
}

interface ShowParams {
  readonly out: string;
  readonly org: string;
  readonly files: readonly FetchedFile[];
  readonly plan: FolderPlan;
}

function show(output: Output, { out, org, files, plan: { created, changed, removed } }: ShowParams): void {
  const listed = files.map(({ path, text, release }) => ({ path, digest: digest(text), release }));
  const written = [...created.keys(), ...changed.keys()];
  output.show({ folder: out, org, files: listed, written, removed }, () => {
    const rows = listed.map(({ path, digest: named, release }) => [
      join(out, path),
      named,
      release === null ? 'in no release' : `version ${release.version}`,
    ]);
    return table(['file', 'digest', 'release'], rows, output);
  });
}

/** Returns what no signature says about the files. */
function notesOn({ federation, own }: FetchedPolicies, org: string): readonly string[] {
  const revoked = [federation, own].flatMap(([first]) =>
    first?.release?.keyRevoked === true ? [first] : [],
  );
  return [
    ...(federation.some(({ release }) => release === null)
      ? ['nothing signs the files of the federation, which are in no release: they are what the hub sent']
      : []),
    ...(own.length === 0 ? [`no release of \`${org}\` is in force: it permits nothing`] : []),
    ...revoked.map(
      ({ path }) =>
        `the key that signed the release with \`${path}\` was revoked; only the hub says that the release was recorded before`,
    ),
  ];
}
