import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { policyDocument } from '../../shared/workbench/print/policy-document.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { readFederation } from '../init/home-directory.js';
import { documentPage } from './doc/doc-html.js';
import { documentMarkdown } from './doc/doc-markdown.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { inPolicies } from './base/in-policies.js';
import type { Call, Verb } from '../verb.js';

interface DocOptions extends PolicyOptions {
  readonly org?: string;
  readonly html?: boolean;
}

export const verb: Verb<DocOptions> = {
  configure: (command) =>
    withPolicies(command)
      .option(
        '--org <organisation>',
        'the rules that bind this organisation: those of the federation and its own',
      )
      .option('--markdown', 'print Markdown (the default)')
      .option('--html', 'print one HTML page'),
  anyHome: true,
  examples: [
    ['policy doc --org europol', 'the rules that bind one organisation, in plain words'],
    ['policy doc --html > rules.html', 'all rules as a page to print'],
  ],
  run: (call) => inPolicies(call, (folder) => documentIn(folder, call)),
};

function documentIn(folder: string, { options, output }: Call<DocOptions>): ExitCode {
  const workspace = openWorkspace(folder, digest);
  const sets = policyDocument(
    workspace,
    options.org === undefined ? undefined : member(options.org, workspace),
  );
  const federation = readFederation(folder);
  const schema = workspace.sets.digests['schema'] ?? '';
  const document = { federation, sets, schema };
  output.show({ federation: federation.federation, schema, sets }, () =>
    options.html === true ? documentPage(document) : documentMarkdown(document),
  );
  return EXIT.yes;
}

function member(name: string, { directory }: Workspace): OrgId {
  const organisations = [...directory.organisations.keys()];
  const found = organisations.find((each) => each === name);
  if (found !== undefined) return found;
  throw fail('organisation-unknown', `no organisation \`${name}\`${didYouMean(name, organisations)}`);
}
