import { digest } from '../../shared/trust/digest.js';
import { findMember } from '../../shared/workbench/find-member.js';
import { askPolicies, parseQuestion, type PolicyAnswer } from '../../shared/workbench/prove/ask.js';
import { routesOf } from '../../shared/workbench/diff/diff-policies.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import type { Call, Verb } from '../verb.js';
import { inPolicies } from './base/in-policies.js';
import type { RouteOptions } from './read-notice-question.js';

type AskOptions = RouteOptions & PolicyOptions;

export const verb: Verb<AskOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument(
          '<question>',
          '`receive`, `disclose <section>` or `advertise <section>`; then `when` or `unless` and a Cedar condition',
        )
        .option('--from <organisation>', 'only notices of this originator')
        .option('--to <organisation>', 'only this recipient'),
    ),
  anyHome: true,
  examples: [
    [
      "policy ask 'disclose judicial unless principal.agreements.contains(resource.originator)'",
      'who may read judicial data without an agreement, with the plainest example; exits with 1 if nobody may',
    ],
    [
      'policy ask \'receive when resource.tlp == Tlp::"red"\' --to ecopol',
      'whether ecopol may receive any notice marked TLP:RED',
    ],
    ["policy ask 'disclose biometrics' --from europol --json", 'as one line of JSON'],
  ],
  run: (call) => inPolicies(call, (folder) => askIn(folder, call), { atSite: AT_SITE }),
};

const AT_SITE =
  'what others let through depends on their rules, which are not at a site: `notice preview` asks the hub about a draft';

function askIn(folder: string, { args, options, output }: Call<AskOptions>): ExitCode {
  const [text = ''] = args;
  const workspace = openWorkspace(folder, digest);
  const question = parseQuestion(text, workspace.sets.schema);
  const [from, to] = [options.from, options.to].map((name) =>
    name === undefined ? undefined : findMember(name, workspace.directory),
  );
  const routes = routesOf([workspace]).filter(
    ({ originator, recipient }) =>
      [undefined, originator].includes(from) && [undefined, recipient].includes(to),
  );
  const answer = askPolicies(workspace, question, routes);
  output.show(askDocument(answer), () => askText(answer, output));
  // A condition that was not analysed may hold or not, so that a route is possible, not certain.
  if (answer.cut.length > 0 && answer.open.length > 0) return EXIT.incomplete;
  return answer.open.length > 0 ? EXIT.yes : EXIT.no;
}

function askDocument({ open, routes, cut }: PolicyAnswer): object {
  return { open, routes, complete: cut.length === 0, cut };
}

/** Formats the open routes by originator, then the plainest example as input for `policy explain`. */
function askText({ open, routes, cut }: PolicyAnswer, output: Output): string {
  const { dim, green, yellow } = output.paint;
  const notes = cut.map((words) => yellow(`not analysed: ${words}`));
  const [first] = open;
  if (first === undefined) return [green(`no notice, on any of ${routes} routes`), ...notes].join('\n');
  const originators = [...new Set(open.map(({ originator }) => originator))];
  const rows = originators.map((from) => [
    from,
    open
      .filter(({ originator }) => originator === from)
      .map(({ recipient }) => recipient)
      .join(', '),
  ]);
  return [
    `${cut.length === 0 ? 'yes' : 'perhaps'}, on ${open.length} of ${routes} routes`,
    table(['from', 'to'], rows, output),
    'an example, as input for `policy explain`:',
    dim(JSON.stringify(first.example)),
    ...notes,
  ].join('\n');
}
