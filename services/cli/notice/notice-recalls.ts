import { readRecalls, type AnsweredRecall } from '../../shared/store/router/router-recalls.js';
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
    [
      'notice recalls',
      "every recall of the federation, and what each organisation answered, from the hub's own view",
    ],
    ['notice recalls --open', 'who still owes an answer to a recall, and since when'],
  ],
  run: async ({ options: { open }, home, output }) => {
    const all = readRecalls(home.router(1, 'router.db'));
    const items = open ? all.filter(({ answer }) => answer === null) : all;
    const { paint, width } = output;
    output.show({ items: items.map(shown) }, () =>
      items.length === 0
        ? open
          ? 'no answer to a recall is owed'
          : 'no recall'
        : table(
            ['notice', 'originator', 'recalled', 'organisation', 'answer'],
            items.map((one) => [
              one.id,
              one.originator,
              instant(one.at),
              one.recipient,
              one.answer ?? paint.yellow('owed'),
            ]),
            { paint, width },
          ),
    );
    return open && items.length > 0 ? EXIT.no : EXIT.yes;
  },
};

function shown({ id, originator, at, recipient, answer }: AnsweredRecall) {
  return { id, originator, recalledAt: instant(at), org: recipient, answer };
}

const instant = (ms: number): string => new Date(ms).toISOString();
