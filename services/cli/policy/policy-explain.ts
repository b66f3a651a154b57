import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { type Explanation, explain } from '../../shared/workbench/explain/explain.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { inPolicies } from './base/in-policies.js';
import { explainText } from './explain/explain-text.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import type { Call, Verb } from '../verb.js';
import { readNoticeQuestion, type RouteOptions } from './read-notice-question.js';

interface ExplainOptions extends RouteOptions, PolicyOptions {
  readonly section?: string;
  readonly rules?: string;
}

export const verb: Verb<ExplainOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('<draft>', 'a draft, or a counterexample of `policy diff`; a JSON file, or - for stdin')
        .option('--from <organisation>', 'the originator of the draft')
        .option('--to <organisation>', 'the recipient to explain')
        .option('--section <name>', 'explain only this section')
        .option(
          '--rules <path>',
          'explain by changed rules, at a site laid over those of `--policies`: a folder or the file of a release',
        ),
    ),
  anyHome: true,
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
    ['policy explain draft.json --from europol --to gccpol --rules rules/', 'by changed rules, at a site'],
  ],
  run: (call) => inPolicies(call, (folder) => explainIn(folder, call), { name: call.options.rules }),
};

async function explainIn(folder: string, { args, options, output }: Call<ExplainOptions>): Promise<ExitCode> {
  const [path = '-'] = args;
  const workspace = openWorkspace(folder, digest);
  const { asked, to } = await readNoticeQuestion(path, { options, directory: workspace.directory, output });
  if (to === undefined) throw fail('usage', 'a draft has no recipient: add `--to <organisation>`');
  const explanation = onlySection(options.section, explain(workspace, asked, to));
  output.show(explanation, () => explainText(explanation, output));
  return EXIT.yes;
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
