import type { OrgId } from '../../shared/kernel/ids.js';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import { approvedBy, parseApprovals } from '../../shared/workbench/diff/approvals.js';
import { contextDifferences } from '../../shared/workbench/diff/context-differences.js';
import type { DiffResult } from '../../shared/workbench/diff/diff-document.js';
import { compareHeld, type HeldDiff } from '../../shared/workbench/diff/held.js';
import { compareTraffic, type Traffic } from '../../shared/workbench/diff/traffic.js';
import { withheldDocument } from '../../shared/workbench/recheck/recheck-document.js';
import { findMember } from '../../shared/workbench/find-member.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Verb, Call } from '../verb.js';
import { openPolicyBase } from './base/open-base.js';
import type { PolicyBase } from './base/policy-base.js';
import { compareVersions } from './diff/compare-versions.js';
import type { ComparedVersions } from './diff/diff-text.js';
import { openPolicySource, findPoliciesIn, type PolicySource } from './diff/policy-source.js';
import { heldCopies } from './diff/held-copies.js';
import { recordedNotices } from './diff/recorded-notices.js';
import { type DiffForm, showDiff } from './diff/show-diff.js';
import { type RecheckChoices, isWithheld, withRecheck } from './recheck/recheck-options.js';
import { withheldText } from './recheck/recheck-text.js';
import { runOnChange } from './run-on-change.js';

interface DiffOptions extends RecheckChoices, PolicyOptions {
  readonly traffic?: boolean;
  readonly held?: boolean;
  /** Whose gateway says what recipients hold. */
  readonly org?: string;
  readonly member?: string;
  readonly summary?: boolean;
  readonly markdown?: boolean;
  readonly watch?: boolean;
}

export const verb: Verb<DiffOptions> = {
  configure: (command) =>
    withPolicies(
      withRecheck(command)
        .argument('[a]', 'a folder of policies, one that contains `policies/`, or a git revision')
        .argument(
          '[b]',
          'the newer version; without it, `a` is the newer version and the folder of policies the older one',
        )
        .option('--exhaustive', 'compare for every notice that the rules can distinguish (always on)')
        .option(
          '--member <organisation>',
          'show on one page what is opened to and from this member, and who approves it',
        )
        .option('--summary', 'the counts, and a line for each organisation whose rules change something')
        .option('--markdown', 'as Markdown, for a merge request')
        .option('--watch', 'compare again whenever a file of the newer version changes')
        .option('--traffic', 'also decide again every notice that the auditor recorded')
        .option('--held', 'also list who holds more of own notices than the newer version would give')
        .option('--org <organisation>', 'with `--held`: whose notices, if several gateways run here'),
      'with one argument, the older version; with none, the newer version, compared with the last commit',
    ),
  anyHome: true,
  examples: [
    ['policy diff', 'your changes since the last commit'],
    [
      'policy diff ../proposal/policies',
      'what another folder loosens and tightens; exits with 3 for a loosening without approval',
    ],
    ['policy diff --summary --watch', 'what your changes loosen, after each save; Ctrl-C ends it'],
    ['policy diff main --markdown', 'as Markdown, for a merge request'],
    ['policy diff v0.1.0 HEAD --json', 'compares two git revisions, as JSON'],
    ['policy diff --member caricompol', 'what its accession opens, with one approval for each organisation'],
    ['policy diff ../proposal/policies --traffic', 'also counts the recorded decisions that would change'],
    [
      'policy diff ../proposal/policies --held --org europol',
      'also lists who holds more of its notices than the other folder would give',
    ],
  ],
  run: runPolicyDiff,
};

async function runPolicyDiff(call: Call<DiffOptions>): Promise<ExitCode> {
  const { args, options, output, stopping } = call;
  if (options.watch !== true) return compareOnce(call);
  const [, newer] = namesOf(args, options, await openPolicyBase(call, args.length > 1));
  const folder = findPoliciesIn(newer);
  return runOnChange(() => compareOnce(call), { folder, report: undefined, output, stopping });
}

async function compareOnce(call: Call<DiffOptions>): Promise<ExitCode> {
  const { options, home, output, stopping } = call;
  const { before, after } = await sourcesOf(call);
  const form = formOf(options, { before, after });
  const approvals = after.approvals.flatMap(parseApprovals);
  for (const words of contextDifferences(before.workspace, after.workspace)) output.note(words);
  const traffic = options.traffic === true ? await decideAgain({ before, after, home, stopping }) : undefined;
  const held =
    options.held === true ? await judgeHeld({ before, after, home, stopping }, options.org) : undefined;
  const compared = await compareVersions({ before, after }, call);
  if (compared === undefined) return EXIT.interrupted;
  const { diff, recheck } = compared;
  const state = { cut: diff.cut, recheck };
  if (isWithheld(state, options, output)) {
    output.show(withheldDocument(state), () => withheldText(state, output.paint));
    return EXIT.incomplete;
  }
  const today = new Date().toISOString().slice(0, 10);
  const { ids: approved, notes } = approvedBy(approvals, diff.changes, {
    today,
    digest: hexDigest,
  });
  for (const note of notes) output.note(note);
  const result: DiffResult = {
    ...diff,
    recheck,
    approved,
    ...(traffic && { traffic }),
    ...(held && { held }),
  };
  showDiff(result, { before, after, form, output });
  const isOpen = diff.changes.some(({ type, id }) => type === 'loosened' && !approved.has(id));
  const errs = diff.changes.some(({ type }) => type === 'errors');
  return isOpen ? EXIT.loosening : errs ? EXIT.no : EXIT.yes;
}

/** Returns the form that the options ask for. Throws `usage` for two of them, and for a member of neither version. */
function formOf({ member, summary, markdown }: DiffOptions, versions: ComparedVersions): DiffForm {
  const forms: readonly (DiffForm | undefined)[] = [
    summary === true ? { type: 'summary' } : undefined,
    markdown === true ? { type: 'markdown' } : undefined,
    member === undefined ? undefined : { type: 'member', member: findEither(member, versions) },
  ];
  const [form, another] = forms.filter((each) => each !== undefined);
  if (another !== undefined)
    throw fail('usage', '`--summary`, `--markdown` and `--member` are forms of one answer: choose one');
  return form ?? { type: 'whole' };
}

/** Returns the member of either version. Throws `organisation-unknown` with the nearest name. */
function findEither(name: string, { before, after }: ComparedVersions): OrgId {
  const [old, now] = [before.workspace.directory, after.workspace.directory];
  return findMember(name, { organisations: new Map([...old.organisations, ...now.organisations]) });
}

/**
 * Opens the two versions to compare: both arguments; or the present version and one argument; or, without arguments, the last commit
 * and the folder of policies. The present version is that folder, and where members release their rules what is adopted.
 */
async function sourcesOf(call: Call<DiffOptions>): Promise<ComparedVersions> {
  const { args, options, output } = call;
  const base = await openPolicyBase(call, args.length > 1);
  if (base !== undefined && options.member !== undefined) throw fail('usage', NO_ACCESSION);
  if (base?.note !== undefined) output.note(base.note);
  if (base?.site !== undefined && args.length === 0)
    throw fail('usage', 'name the folder with your changed rules, or the file of a release');
  const [before, after] = namesOf(args, options, base);
  return { before: await openPolicySource(before, base), after: await openPolicySource(after, base) };
}

const NO_ACCESSION =
  '`--member` prints entries of `approvals.yaml`, which approve no release: `policy release` names what approvers sign';

function namesOf(
  [first, second]: readonly string[],
  { policies }: DiffOptions,
  base: PolicyBase | undefined,
): readonly [string, string] {
  if (first === undefined) return [base?.name ?? 'HEAD', policies];
  return second === undefined ? [base?.name ?? policies, first] : [first, second];
}

interface DecideAgainParams {
  readonly before: PolicySource;
  readonly after: PolicySource;
  readonly home: Home;
  readonly stopping: AbortSignal;
}

/** Judges what recipients hold of the own notices of an organisation by both versions. */
async function judgeHeld(
  { before, after, home, stopping }: DecideAgainParams,
  org: string | undefined,
): Promise<HeldDiff> {
  const comparison = compareHeld(before.workspace, after.workspace);
  for await (const copy of heldCopies(home, org)) {
    if (stopping.aborted) break;
    comparison.add(copy);
  }
  return comparison.result();
}

/** Decides every recorded notice by both versions, and compares the decisions. */
async function decideAgain({ before, after, home, stopping }: DecideAgainParams): Promise<Traffic> {
  requireHomeContract(home);
  const comparison = compareTraffic(before.workspace, after.workspace);
  for await (const notice of recordedNotices(home)) {
    if (stopping.aborted) break;
    comparison.add(notice);
  }
  return comparison.result();
}
