import { fail } from '../../shared/kernel/errors.js';
import type { CommandId } from '../../shared/kernel/ids.js';
import { isNote, LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { ShownRuledOut, ShownWaiting } from '../../shared/wire/shown-ledger.js';
import { giveCommand, pollOutcome } from '../quarantine/send-command.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { showRuledOut, waitingText } from './ledger-table.js';
import { readLedger } from './read-ledger.js';

interface RuleOutOptions {
  readonly reason: string;
  readonly key?: string;
}

export const verb: Verb<RuleOutOptions> = {
  configure: (command) =>
    command
      .argument(
        '<sequence>',
        'the record that the auditor waits at, as `ledger show` prints it',
        parseNumber(1, Number.MAX_SAFE_INTEGER),
      )
      .requiredOption(
        '--reason <words>',
        'why; it stays on the ledger permanently, so it must not quote a notice',
      )
      .option('--key <file>', "an operator key (default: the home's `hub/operator/operator.jwk`)"),
  examples: [
    [
      "ledger rule-out 1207 --reason 'a test router wrote it'",
      'the auditor skips this record and continues; the record stays in the stream, the command on the ledger',
    ],
  ],
  run: async (call) => {
    const { args, options, home, output } = call;
    const { reason: note, key } = options;
    if (!isNote(note)) throw fail('usage', '`--reason` must be 1 to 500 characters on one line');
    const { epoch, sequence, digest } = await findWaiting(call, Number(args[0]));
    const id = await giveCommand({
      home,
      key,
      note,
      verb: 'rule-out',
      entry: { org: LEDGER_OWNER, entry: digest },
      place: { epoch, sequence },
    });
    const ruledOut = await untilRuledOut(call, id);
    output.show(ruledOut, () => showRuledOut(ruledOut, output));
    return EXIT.yes;
  },
};

/** Reads the record at which the auditor waits. Throws `not-found` when it waits at none or at another one. */
async function findWaiting(
  { home }: Pick<Call<RuleOutOptions>, 'home'>,
  sequence: number,
): Promise<ShownWaiting> {
  const { waiting } = await readLedger(home);
  if (waiting?.sequence === sequence) return waiting;
  const words = waiting === null ? 'the auditor waits at no record' : waitingText(waiting);
  throw fail('not-found', `${words}: only a record that it waits at can be ruled out`);
}

/** Waits until the auditor has skipped the record. Throws `timed-out`. */
function untilRuledOut(
  { home, stopping }: Pick<Call<RuleOutOptions>, 'home' | 'stopping'>,
  id: CommandId,
): Promise<ShownRuledOut> {
  return pollOutcome({ home, stopping, id }, async () => {
    const { ruledOut } = await readLedger(home);
    return ruledOut.find(({ command }) => command === id);
  });
}
