import { isOrgId, parseCommandId, parseNoticeId } from '../../shared/kernel/ids.js';
import { fail } from '../../shared/kernel/errors.js';
import { noticeEntry } from '../../shared/ledger/command.js';
import type { ShownCommand } from '../../shared/wire/shown-quarantine.js';
import { sendCommand } from '../quarantine/send-command.js';
import { EXIT } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';

interface CancelOptions {
  readonly org: string;
  readonly first?: string;
  readonly key?: string;
}

export const verb: Verb<CancelOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the whole id of the notice')
      .requiredOption('--org <organisation>', 'the originator of the notice')
      .option('--first <command>', 'the command of another operator that proposed it, at most a day ago')
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [
    [
      'notice cancel 0190b7a2-6f3c-7d21-9e4b-5a8c1d2e3f40 --org europol',
      "proposes the federation's recall of a notice; another operator carries it out with `--first`",
    ],
  ],
  run: async ({ args: [text = ''], options, home, output, stopping }) => {
    const { org, first, key } = options;
    if (!isOrgId(org)) throw fail('usage', '`--org` is no id of an organisation');
    const notice = parseNoticeId(text);
    const command = await sendCommand({
      home,
      key,
      stopping,
      notice,
      verb: 'cancel',
      entry: { org, entry: noticeEntry(org, notice) },
      ...(first === undefined ? {} : { first: parseCommandId(first) }),
      say: output.note,
    });
    output.show(command, () => wordsFor(command));
    if (command.outcome === 'proposed') {
      const again = `notice cancel ${notice} --org ${org} --first ${command.id} --key <file of another operator>`;
      output.note(`another operator carries it out within a day: ${suggestedCommand(again)}`);
    }
    return command.outcome === 'refused' ? EXIT.no : EXIT.yes;
  },
};

function wordsFor({ outcome, code, person, id }: ShownCommand): string {
  switch (outcome) {
    case 'proposed':
      return `${person} proposed the recall of this notice: command ${id}`;
    case 'cancelled':
      return `${person} carried out the recall of this notice: every holder is to erase it`;
    default:
      return `refused: ${REFUSALS[code ?? ''] ?? code ?? outcome}`;
  }
}

/** Why a command of a recall is refused, by code. */
const REFUSALS: Readonly<Record<string, string>> = {
  'not-found': '`not-found`: this organisation published no notice with this id',
  'notice-ended': '`notice-ended`: the notice was withdrawn or recalled before',
  'proposal-unknown': '`proposal-unknown`: `--first` names no proposal to recall this notice',
  'second-person-needed': '`second-person-needed`: the person who proposed a recall cannot carry it out',
  expired: '`expired`: the proposal is older than a day',
};
