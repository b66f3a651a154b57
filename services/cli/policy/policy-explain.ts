import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import type { PolicyNotice } from '../../shared/policy/plan.js';
import { policyNoticeOfDraft } from '../../shared/workbench/explain/notice-of-draft.js';
import {
  policyNoticeOfCounterexample,
  isCounterexample,
  parseCounterexample,
} from '../../shared/workbench/space/counterexample.js';
import { type Explanation, explain } from '../../shared/workbench/explain/explain.js';
import { findMember } from '../../shared/workbench/find-member.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { explainText } from './explain/explain-text.js';
import { warnNonMembers } from './warn-non-members.js';
import { withDraftName, readDraft } from '../notice/read-draft.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

interface ExplainOptions {
  readonly policies: string;
  readonly from?: string;
  readonly to?: string;
  readonly section?: string;
}

export const verb: Verb<ExplainOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('<draft>', 'a draft, or a counterexample of `policy diff`; a JSON file, or - for stdin')
        .option('--from <organisation>', 'the originator of the draft')
        .option('--to <organisation>', 'the recipient to explain')
        .option('--section <name>', 'explain only this section'),
    ),
  examples: [
    [
      'policy explain proto/examples/red.json --from europol --to gccpol',
      'which rules decided in each layer, and which nearly applied',
    ],
    [
      'policy explain draft.json --from europol --to ecopol --section biometrics',
      'one section, even of a notice that is denied',
    ],
    [
      'policy explain counterexample.json',
      'a counterexample of `policy diff`, which names originator and recipient itself',
    ],
  ],
  run: async ({ args, options, output }) => {
    const [path = '-'] = args;
    const value = readDraft(path);
    const workspace = openWorkspace(options.policies, digest);
    const { asked, to } = await withDraftName(path, () =>
      isCounterexample(value)
        ? ofCounterexample(value, options)
        : ofDraft(value, { options, directory: workspace.directory, output }),
    );
    const explanation = onlySection(options.section, explain(workspace, asked, to));
    output.show(explanation, () => explainText(explanation, output));
    return EXIT.yes;
  },
};

interface Question {
  readonly asked: PolicyNotice;
  readonly to: OrgId;
}

function ofCounterexample(value: unknown, { from, to }: ExplainOptions): Question {
  if (from !== undefined || to !== undefined)
    throw fail(
      'usage',
      'a counterexample names originator and recipient itself: leave out `--from` and `--to`',
    );
  const counterexample = parseCounterexample(value);
  return { asked: policyNoticeOfCounterexample(counterexample), to: counterexample.to };
}

interface OfDraftParams {
  readonly options: ExplainOptions;
  readonly directory: DirectoryFacts;
  readonly output: Output;
}

function ofDraft(value: unknown, { options: { from, to }, directory, output }: OfDraftParams): Question {
  if (from === undefined) throw fail('usage', 'a draft has no originator: add `--from <organisation>`');
  if (to === undefined) throw fail('usage', 'a draft has no recipient: add `--to <organisation>`');
  const originator = findMember(from, directory);
  const { header, asked } = policyNoticeOfDraft(value, { originator, now: new Date() });
  warnNonMembers(header, directory, output);
  return { asked, to: findMember(to, directory) };
}

/** Keeps one section of an explanation; the decision remains that on the whole notice. */
function onlySection(name: string | undefined, explanation: Explanation): Explanation {
  if (name === undefined) return explanation;
  const sections = explanation.sections.filter(({ section }) => section === name);
  if (sections.length > 0) return { ...explanation, sections };
  const names = explanation.sections.map(({ section }) => section);
  const near = didYouMean(name, names) || `: it has ${names.join(', ')}`;
  throw fail('usage', `the notice has no section \`${name}\`${near}`);
}
