import { userInfo } from 'node:os';
import { fail } from '../../shared/kernel/errors.js';
import { isNote } from '../../shared/ledger/command-content.js';
import { appendAcknowledged } from '../../shared/store/acknowledged-alarms.js';
import { withWriteErrors } from '../home/file-errors.js';
import { requireGateways } from '../home/run-file.js';
import { readStatus } from '../status/read-status.js';
import { splitAlarms } from '../status/simulated-alarms.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';

interface AcknowledgeOptions {
  readonly reason: string;
  readonly by?: string;
  readonly process?: string;
}

export const verb: Verb<AcknowledgeOptions> = {
  configure: (command) =>
    command
      .argument('<alarm>', 'the name of the alarm')
      .requiredOption('--reason <words>', 'what you found; it is kept, so it must not quote a notice')
      .option('--by <name>', 'who looked at it; by default the user of this shell')
      .option('--process <name>', 'only the alarm of this process; by default that of each'),
  examples: [
    [
      "alarm acknowledge message-dropped --reason 'our own test of 12 May'",
      'says who looked at it; shown until the alarm is raised again',
    ],
  ],
  run: async ({
    args: [name = ''],
    options: { reason, by = userInfo().username, process },
    home,
    output,
  }) => {
    if (!isNote(reason)) throw fail('usage', '`--reason` must be 1 to 500 characters on one line');
    if (!isNote(by)) throw fail('usage', '`--by` must be 1 to 500 characters on one line');
    const now = new Date();
    const { alarms } = splitAlarms(home, (await readStatus(requireGateways(home), now)).alarms);
    const meant = alarms.filter((one) => one.alarm === name && (process ?? one.process) === one.process);
    if (meant.length === 0) throw fail('not-found', `no process shows the alarm \`${name}\``);
    const at = now.toISOString();
    const lines = meant.map((one) => ({
      process: one.process,
      alarm: name,
      code: one.code,
      place: one.place,
      by,
      at,
      reason,
    }));
    withWriteErrors(home.acknowledged, () => appendAcknowledged(home.acknowledged, lines));
    output.show({ acknowledged: lines }, () =>
      lines.map((line) => `acknowledged ${name} at ${line.process} by ${by}`).join('\n'),
    );
    return EXIT.yes;
  },
};
