import { fail } from '../../shared/kernel/errors.js';
import { parseCommandId } from '../../shared/kernel/ids.js';
import { type EndedLog, LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { parseEndedLog, recoveryEntry } from '../../shared/ledger/command/ended-log.js';
import { type Checkpoint, parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import type { ShownLacking, ShownWitness } from '../../shared/wire/shown-ledger.js';
import type { ShownCommand } from '../../shared/wire/shown-quarantine.js';
import { requireRunning } from '../home/run-file.js';
import { federationAuditorClient } from '../http-client.js';
import { sendCommand } from '../quarantine/send-command.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Call, Verb } from '../verb.js';
import { readLog } from './read-ledger.js';

interface RecoverOptions {
  readonly dryRun?: boolean;
  readonly first?: string;
  readonly key?: string;
}

export const verb: Verb<RecoverOptions> = {
  configure: (command) =>
    command
      .option('--dry-run', 'only show what is missing: nothing is signed')
      .option('--first <command>', 'the command of another operator that proposed it, at most a day ago')
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [
    ['ledger recover --dry-run', 'what the auditor lacks of the log that witnesses cosigned'],
    [
      'ledger recover',
      'proposes to begin the next life of the log without it; another operator carries it out with `--first`',
    ],
  ],
  run: async (call) => {
    const { options, output } = call;
    const ended = await readLacking(call);
    const lacking = lackingOf(ended);
    if (options.dryRun === true) {
      output.show(lacking, () => lackingText(lacking));
      return EXIT.yes;
    }
    output.note(lackingText(lacking));
    return recover(call, ended);
  },
};

/** What is missing, as it is shown. */
interface ShownMissing extends Pick<Checkpoint, 'origin' | 'size'> {
  readonly root: string;
  /** The entries of the log from `kept` to before `size` are missing. */
  readonly kept: number;
}

async function readLacking({ home }: Call<RecoverOptions>): Promise<EndedLog> {
  const auditor = federationAuditorClient(home, requireRunning(home));
  const { lacking } = (await auditor.get('/v1/log/lacking')) as ShownLacking;
  if (lacking === null)
    throw fail('not-found', 'the auditor lacks no record that a quorum of witnesses confirms');
  const { federation } = await readDirectory(home);
  return parseEndedLog(lacking, federation);
}

function lackingOf({ checkpoint, kept }: EndedLog): ShownMissing {
  const { origin, size, root } = parseCheckpointText(checkpoint);
  return { origin, size, root: Buffer.from(root).toString('base64'), kept };
}

const lackingText = ({ origin, size, root, kept }: ShownMissing): string =>
  `\`${origin}\` was cosigned at ${size} entries, root ${root}: the auditor lacks entries ${kept} to ${size - 1}`;

async function recover(
  { options, home, output, stopping }: Call<RecoverOptions>,
  ended: EndedLog,
): Promise<ExitCode> {
  const { first, key } = options;
  const command = await sendCommand({
    home,
    key,
    stopping,
    ended,
    verb: 'recover',
    entry: { org: LEDGER_OWNER, entry: recoveryEntry(ended) },
    ...(first === undefined ? {} : { first: parseCommandId(first) }),
    say: output.note,
  });
  output.show({ ...command, ...lackingOf(ended) }, () => wordsFor(command));
  if (command.outcome === 'proposed') {
    const again = `ledger recover --first ${command.id} --key <file of another operator>`;
    output.note(`another operator carries it out within a day: ${suggestedCommand(again)}`);
  }
  if (command.outcome === 'recovered') {
    const log = await readLog(home);
    for (const witness of log?.witnesses ?? []) if (witness.url !== null) output.note(newOrigin(witness));
  }
  return command.outcome === 'refused' ? EXIT.no : EXIT.yes;
}

const newOrigin = ({ name, url }: ShownWitness): string =>
  `witness ${name} (${url}) cosigns again once its operator has added the new origin and its key: ${suggestedCommand('ledger witnesses')}`;

function wordsFor({ outcome, code, person, id }: ShownCommand): string {
  switch (outcome) {
    case 'proposed':
      return `${person} proposed to begin the next life of the log: command ${id}`;
    case 'recovered':
      return `${person} began the next life of the log: the auditor signs its first checkpoint within seconds`;
    default:
      return `refused: ${REFUSALS[code ?? ''] ?? code ?? outcome}`;
  }
}

/** Why a command to begin the next life is refused, by code. */
const REFUSALS: Readonly<Record<string, string>> = {
  'not-found': '`not-found`: the auditor lacks no record that a quorum of witnesses confirms',
  'digest-mismatch': '`digest-mismatch`: a witness showed a larger checkpoint meanwhile',
  'proposal-unknown': '`proposal-unknown`: `--first` names no proposal to end the log at this checkpoint',
  'second-person-needed': '`second-person-needed`: the person who proposed it cannot carry it out',
  expired: '`expired`: the proposal is older than a day',
};
