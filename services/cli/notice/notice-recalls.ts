import type { ShownRecall, ShownRecalls } from '../../shared/wire/shown-recalls.js';
import { type Directory, hasLeft } from '../../shared/trust/directory.js';
import { requireRunning } from '../home/run-file.js';
import { newestDirectory } from '../init/home-directory.js';
import { auditorClient, type OperatorClient } from '../http-client.js';
import { EXIT } from '../terminal/exit-codes.js';
import { table } from '../terminal/output.js';
import type { Verb } from '../verb.js';

interface RecallsOptions {
  readonly open: boolean;
}

export const verb: Verb<RecallsOptions> = {
  configure: (command) =>
    command.option('--open', 'list only answers that are owed; exits with 1 if there are any', false),
  examples: [
    ['notice recalls', 'every recall of the federation, and what each organisation answered, by the ledger'],
    ['notice recalls --open', 'who still owes an answer to a recall, and since when'],
  ],
  run: async ({ options: { open }, home, output }) => {
    const recalls = await readRecalls(auditorClient(home, requireRunning(home)));
    const directory = await newestDirectory(home, output.note);
    const all = recalls.flatMap((recall) => answersOf(recall, directory));
    const items = open ? all.filter((one) => one.answer === null && !one.hasLeft) : all;
    const { paint, width } = output;
    output.show({ items }, () =>
      items.length === 0
        ? open
          ? 'no answer to a recall is owed'
          : 'no recall'
        : table(
            ['notice', 'originator', 'recalled', 'organisation', 'answer'],
            items.map((one) => [
              one.id,
              one.originator,
              one.recalledAt,
              one.org,
              one.answer ?? (one.hasLeft ? paint.dim('has left') : paint.yellow('owed')),
            ]),
            { paint, width },
          ),
    );
    return open && items.length > 0 ? EXIT.no : EXIT.yes;
  },
};

/** Reads all pages of the recalls from the auditor. */
async function readRecalls({ get }: OperatorClient): Promise<readonly ShownRecall[]> {
  const recalls: ShownRecall[] = [];
  for (let from = 1; ; ) {
    const page = (await get(`/v1/recalls?viewer=federation&from=${from}`)) as ShownRecalls;
    recalls.push(...page.recalls);
    if (page.next === null) return recalls;
    from = page.next;
  }
}

function answersOf({ id, originator, recalledAt, holders }: ShownRecall, directory: Directory) {
  return holders.map(({ org, answer }) => {
    return { id, originator, recalledAt, org, answer, hasLeft: hasLeft(directory, org) };
  });
}
