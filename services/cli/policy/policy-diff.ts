import type { Home } from '../../shared/runtime/home.js';
import { hexDigest } from '../../shared/trust/digest.js';
import { approvedBy, parseApprovals } from '../../shared/workbench/diff/approvals.js';
import { circumstancesOf } from '../../shared/workbench/diff/circumstances.js';
import { type DiffResult, diffDocument } from '../../shared/workbench/diff/diff-document.js';
import { diffPolicies, type PolicyDiff } from '../../shared/workbench/diff/diff-policies.js';
import { compareTraffic, type Traffic } from '../../shared/workbench/diff/traffic.js';
import { withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Verb, Call } from '../verb.js';
import { createDiffProgress } from './diff/diff-progress.js';
import { diffText } from './diff/diff-text.js';
import { openPolicySource, type PolicySource } from './diff/policy-source.js';
import { recordedNotices } from './diff/recorded-notices.js';

interface DiffOptions {
  readonly traffic?: boolean;
  /** What one argument, or none, is compared with. */
  readonly policies: string;
}

export const verb: Verb<DiffOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('[a]', 'a folder of policies, one that contains `policies/`, or a git revision')
        .argument('[b]', 'what `a` became; with one argument that is compared with the folder of policies')
        .option('--exhaustive', 'over every notice that the rules can tell apart (always)')
        .option('--traffic', 'decide what the auditor recorded again, too'),
      'what one argument is compared with; with none, the folder that is compared with the last commit',
    ),
  examples: [
    ['policy diff', 'what you changed since the last commit'],
    [
      'policy diff ../proposal/policies',
      'what another folder would loosen and tighten; exit 3 unless approved',
    ],
    ['policy diff v0.1.0 HEAD --json', 'two git revisions, for a machine'],
    ['policy diff ../proposal/policies --traffic', 'and how many recorded decisions would be others'],
  ],
  run: runPolicyDiff,
};

async function runPolicyDiff(call: Call<DiffOptions>): Promise<ExitCode> {
  const { args, options, home, output, stopping } = call;
  const { before, after } = sourcesOf(args, options);
  const approvals = after.approvals.flatMap(parseApprovals);
  for (const words of circumstancesOf(before.workspace, after.workspace)) output.note(words);
  const traffic = options.traffic === true ? await decideAgain({ before, after, home, stopping }) : undefined;
  const diff = await compare(before, after, call);
  if (diff === undefined) return EXIT.interrupted;
  const today = new Date().toISOString().slice(0, 10);
  const { ids: approved, notes } = approvedBy(approvals, diff.changes, today);
  for (const note of notes) output.note(note);
  const result: DiffResult = { ...diff, approved, ...(traffic === undefined ? {} : { traffic }) };
  output.show(diffDocument(result), () => diffText(result, { before, after }, output));
  const isOpen = diff.changes.some(({ type, id }) => type === 'loosened' && !approved.has(id));
  return isOpen ? EXIT.loosening : EXIT.yes;
}

/** Two versions as given; one is compared with the folder of policies, and that, alone, with what was committed last. */
function sourcesOf([first, second]: readonly string[], { policies }: DiffOptions) {
  const [before, after] =
    first === undefined ? ['HEAD', policies] : second === undefined ? [policies, first] : [first, second];
  return { before: openPolicySource(before), after: openPolicySource(after) };
}

/** Undefined when it was given up. */
async function compare(
  before: PolicySource,
  after: PolicySource,
  { output, stopping }: Call<DiffOptions>,
): Promise<PolicyDiff | undefined> {
  const line = output.progress ? (text: string): void => void process.stderr.write(text) : undefined;
  const width = process.stderr.columns ?? 80;
  const progress = createDiffProgress({ line, width, stopping, now: () => performance.now() });
  try {
    return await diffPolicies(before.workspace, after.workspace, {
      digest: hexDigest,
      onProgress: progress.show,
    });
  } catch (thrown) {
    if (stopping.aborted) return undefined;
    throw thrown;
  } finally {
    progress.end();
  }
}

interface Deciding {
  readonly before: PolicySource;
  readonly after: PolicySource;
  readonly home: Home;
  readonly stopping: AbortSignal;
}

async function decideAgain({ before, after, home, stopping }: Deciding): Promise<Traffic> {
  const comparison = compareTraffic(before.workspace, after.workspace);
  for await (const notice of recordedNotices(home)) {
    if (stopping.aborted) break;
    comparison.add(notice);
  }
  return comparison.result();
}
