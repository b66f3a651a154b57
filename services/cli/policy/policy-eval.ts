import { createInterface } from 'node:readline/promises';
import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { Question } from '../../shared/policy/engine.js';
import { digest } from '../../shared/trust/digest.js';
import {
  createEvaluate,
  type EvaluatedCondition,
} from '../../shared/workbench/explain/evaluate-condition.js';
import { plannerQuestionOf } from '../../shared/workbench/explain/planner-question.js';
import { conditionLines } from '../../shared/workbench/explain/rule-lines.js';
import { readCondition } from '../../shared/workbench/prove/condition.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import { parseWord } from '../terminal/parse-options.js';
import { showError } from '../terminal/show-error.js';
import type { Call, Verb } from '../verb.js';
import { inPolicies } from './base/in-policies.js';
import { paintLines } from './paint-lines.js';
import { readNoticeQuestion, type RouteOptions } from './read-notice-question.js';

interface EvalOptions extends RouteOptions, PolicyOptions {
  readonly notice: string;
  readonly section?: Section;
}

export const verb: Verb<EvalOptions> = {
  configure: (command) =>
    withPolicies(
      command
        .argument('[condition]', 'a Cedar condition; without it, one is read from each line of stdin')
        .requiredOption('--notice <file>', 'a draft, or a counterexample of `policy diff`; a JSON file')
        .option('--from <organisation>', 'the originator of the draft')
        .option('--to <organisation>', 'the recipient (`principal`); without it, each member in turn')
        .option('--section <name>', 'the section that is `context.section`', parseWord(SECTIONS)),
    ),
  anyHome: true,
  examples: [
    [
      'policy eval \'resource.codes.contains(HandlingCode::"H1")\' --notice proto/examples/red.json --from europol',
      'the value of a condition for each recipient',
    ],
    [
      "policy eval 'principal.agreements.contains(resource.originator)' --notice proto/examples/red.json --from europol --to gccpol",
      'with the values that it compares; exits with 1 unless it holds',
    ],
    [
      'policy eval --notice proto/examples/red.json --from europol --to gccpol',
      'evaluates each line that you type, until Ctrl-D',
    ],
  ],
  run: (call) => inPolicies(call, (folder) => evaluateIn(folder, call)),
};

async function evaluateIn(folder: string, call: Call<EvalOptions>): Promise<ExitCode> {
  const { args, options, output } = call;
  const [condition] = args;
  const workspace = openWorkspace(folder, digest);
  const { directory } = workspace;
  const { asked, to } = await readNoticeQuestion(options.notice, { options, directory, output });
  const recipients = to === undefined ? [...directory.organisations.keys()] : [to];
  const questions = recipients
    .filter((recipient) => recipient !== asked.attributes.originator)
    .flatMap((recipient) => plannerQuestionOf(workspace, asked, recipient) ?? [])
    .map((question) => about(question, options.section));
  const evaluate = (text: string): ExitCode => evaluateText(text, { workspace, questions, output });
  return condition === undefined ? evaluateLines(evaluate, call) : evaluate(condition);
}

function about({ notice, recipient }: Question, section: Section | undefined): Question {
  if (section === undefined) return { permission: 'receive', notice, recipient };
  return { permission: 'disclose', notice, recipient, section };
}

interface EvaluateParams {
  readonly workspace: Workspace;
  readonly questions: readonly Question[];
  readonly output: Output;
}

/** Shows the value of a condition for each question; `yes` when it holds for all of them. */
function evaluateText(text: string, { workspace, questions, output }: EvaluateParams): ExitCode {
  const permission = questions[0]?.permission;
  const evaluate = createEvaluate(workspace, readCondition(text, workspace.sets.schema, permission));
  const rows = questions.map((question) => ({ to: question.recipient.id, ...evaluate(question) }));
  output.show({ condition: text, values: rows }, () => textOf(rows, output));
  return rows.every(({ value }) => value === true) ? EXIT.yes : EXIT.no;
}

type Row = EvaluatedCondition & { readonly to: OrgId };

function textOf(rows: readonly Row[], output: Output): string {
  const [only, another] = rows;
  if (only === undefined) return 'there is no recipient';
  if (another !== undefined)
    return table(
      ['recipient', 'value'],
      rows.map(({ to, value }) => [to, valueText(value, output)]),
      output,
    );
  return `${valueText(only.value, output)}\n${paintLines(conditionLines(only.parts, 0), 2, output)}`;
}

function valueText(value: Row['value'], { paint }: Output): string {
  if (value === 'error') return paint.red('cannot be evaluated, which denies');
  return value ? paint.green('true') : paint.yellow('false');
}

/** Evaluates each line of stdin; an error in one is shown, and gives `usage` at the end unless a person types the lines. */
async function evaluateLines(
  evaluate: (text: string) => ExitCode,
  { output, stopping }: Pick<Call<EvalOptions>, 'output' | 'stopping'>,
): Promise<ExitCode> {
  const isPrompting = output.terminal && process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isPrompting ? { output: process.stdout, prompt: output.paint.dim('cedar> ') } : {}),
  });
  const stop = (): void => lines.close();
  stopping.addEventListener('abort', stop, { once: true });
  // At a terminal readline reads Ctrl-C itself.
  lines.once('SIGINT', stop);
  let code: ExitCode = EXIT.yes;
  if (isPrompting) lines.prompt();
  for await (const line of lines) {
    try {
      if (line.trim() !== '') evaluate(line.trim());
    } catch (thrown) {
      showError(errorFrom(thrown), output);
      code = EXIT.usage;
    }
    if (isPrompting) lines.prompt();
  }
  return stopping.aborted ? EXIT.interrupted : isPrompting ? EXIT.yes : code;
}
