import type { ShownRecall, ShownRecalls } from '../../shared/wire/shown-recalls.js';
import { hasLeft } from '../../shared/trust/directory.js';
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
    const all = (await readRecalls(auditorClient(home, requireRunning(home)))).flatMap(answersOf);
    const directory = await newestDirectory(home, output.note);
    const isOwed = ({ answer, org }: (typeof all)[number]): boolean =>
      answer === null && !hasLeft(directory, org);
    const items = open ? all.filter(isOwed) : all;
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
              one.answer ?? (isOwed(one) ? paint.yellow('owed') : paint.dim('has left')),
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

function answersOf({ id, originator, recalledAt, holders }: ShownRecall) {
  return holders.map(({ org, answer }) => ({ id, originator, recalledAt, org, answer }));
}
