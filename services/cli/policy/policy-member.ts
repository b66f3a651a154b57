import { Argument, Option } from 'commander';
import { fail } from '../../shared/kernel/errors.js';
import { CLASSIFICATIONS } from '../../shared/trust/directory-source.js';
import { withPolicies } from '../home/policies-folder.js';
import { readFederation } from '../init/home-directory.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { parseList } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { addedText } from './member/added-text.js';
import { memberTable } from './member/member-table.js';
import { planMember } from './member/plan-member.js';
import { writeMember } from './member/write-member.js';

interface MemberOptions {
  readonly policies: string;
  readonly name?: string;
  readonly seat?: string;
  readonly group?: readonly string[];
  readonly accredited?: readonly string[];
  readonly agreement?: readonly string[];
  readonly factsOnly?: boolean;
  readonly dryRun?: boolean;
}

export const verb: Verb<MemberOptions> = {
  configure: (command) =>
    withPolicies(command)
      .addArgument(new Argument('<action>', 'what to do').choices(['add', 'list']))
      .argument('[id]', 'the id of the new member: lower-case letters, digits and `-`, at most 64')
      .option('--name <text>', 'its name, by default its id')
      .option('--seat <text>', 'where it is, by default `unknown`')
      .option('--group <groups>', 'groups it is part of; repeat it or separate them by commas', parseList)
      .option(
        '--accredited <classes>',
        `classifications it may hold: ${CLASSIFICATIONS.join(', ')}`,
        parseList,
      )
      .option(
        '--agreement <members>',
        'members it has an agreement with; written into both entries',
        parseList,
      )
      .option('--facts-only', 'write no rules and cases: at a hub those of a member come from its site')
      .addOption(new Option('--dry-run', 'print what would be written, and write nothing')),
  anyHome: true,
  examples: [
    ['policy member list', 'the facts about each member that rules may read'],
    [
      'policy member add caricompol --name "Caribbean Community Police" --seat "Port of Spain" --group regional --accredited basic --agreement interpol',
      'a member that exchanges with nobody until its rules permit something',
    ],
    ['policy member add caricompol --facts-only', 'at a hub, where members release their own rules'],
    ['policy member add caricompol --dry-run', 'only shows the files'],
  ],
  run: (call) => (call.args[0] === 'list' ? listMembers(call) : addMember(call)),
};

function listMembers({ args, options, output }: Call<MemberOptions>): Promise<ExitCode> {
  if (args[1] !== undefined) throw fail('usage', `\`policy member list\` takes no id, got \`${args[1]}\``);
  const { organisations } = readFederation(options.policies);
  output.show(organisations, () => memberTable(organisations, output));
  return Promise.resolve(EXIT.yes);
}

async function addMember({ args, options, output }: Call<MemberOptions>): Promise<ExitCode> {
  const [, id] = args;
  if (id === undefined) throw fail('usage', '`policy member add` needs the id of the new member');
  const { policies, factsOnly = false, dryRun = false } = options;
  const plan = await planMember(policies, {
    id,
    factsOnly,
    name: options.name ?? id,
    seat: options.seat ?? 'unknown',
    groups: options.group ?? [],
    accreditedFor: options.accredited ?? [],
    agreements: options.agreement ?? [],
  });
  for (const note of plan.notes) output.note(note);
  if (!dryRun) writeMember(policies, plan);
  const written = [...plan.created, ...plan.changed].map(({ path }) => path);
  output.show({ member: plan.id, written, dryRun }, () => addedText(plan, { policies, dryRun }, output));
  return EXIT.yes;
}
