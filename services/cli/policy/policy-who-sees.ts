import { createPolicy } from '../../shared/policy/plan.js';
import { policyNoticeOfDraft } from '../../shared/workbench/explain/notice-of-draft.js';
import { findMember } from '../../shared/workbench/find-member.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { inPolicies } from './base/in-policies.js';
import { runOnChange } from './run-on-change.js';
import { warnNonMembers } from './warn-non-members.js';
import { previewTable } from '../notice/preview-table.js';
import { withDraftName, readDraft } from '../notice/read-draft.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import type { Call, Verb } from '../verb.js';

interface WhoSeesOptions extends PolicyOptions {
  readonly from: string;
  readonly rules?: boolean;
  readonly watch?: boolean;
}

export const verb: Verb<WhoSeesOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('<draft>', 'a JSON file, or - for stdin')
        .requiredOption('--from <organisation>', 'the originator')
        .option('--rules', 'show the deciding rule in each cell')
        .option('--watch', 'show again whenever a file of the folder of policies changes'),
    ),
  anyHome: true,
  examples: [
    [
      'policy who-sees proto/examples/red.json --from europol',
      'organisations × sections, without a running federation',
    ],
    ['policy who-sees draft.json --from gccpol --rules', 'with the rule that opens or closes each section'],
    [
      'policy who-sees draft.json --from gccpol --json',
      'the output of `notice preview --json`, by these rules',
    ],
  ],
  run: runPolicyWhoSees,
};

async function runPolicyWhoSees(call: Call<WhoSeesOptions>): Promise<ExitCode> {
  const { args, options, output, stopping } = call;
  const [path = '-'] = args;
  const draft = readDraft(path);
  const run = () => inPolicies(call, (folder) => showOnce({ path, draft, folder }, call));
  if (options.watch !== true) return run();
  return runOnChange(run, { folder: options.policies, report: undefined, output, stopping });
}

async function showOnce(
  { path, draft, folder }: { readonly path: string; readonly draft: unknown; readonly folder: string },
  { options, output }: Call<WhoSeesOptions>,
): Promise<ExitCode> {
  const workspace = openWorkspace(folder, digest);
  const originator = findMember(options.from, workspace.directory);
  const { header, asked } = await withDraftName(path, () =>
    policyNoticeOfDraft(draft, { originator, now: new Date() }),
  );
  warnNonMembers(header, workspace.directory, output);
  const preview = { header, recipients: createPolicy(workspace).preview(asked) };
  output.show(preview, () => previewTable(preview, { output, rules: options.rules === true }));
  return EXIT.yes;
}
