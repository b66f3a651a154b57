import { Option } from 'commander';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import { findEntries, type Sought } from './entries.js';
import { entryTable } from './entry-table.js';
import type { Verb } from '../verb.js';

interface ListOptions {
  readonly org?: string;
  readonly open?: boolean;
  readonly closed?: boolean;
  readonly limit: number;
}

export const verb: Verb<ListOptions> = {
  configure: (command) =>
    command
      .option('--org <organisation>', 'of this organisation')
      .option('--open', 'only what was neither replayed nor discarded')
      .addOption(new Option('--closed', 'only what was').conflicts('open'))
      .option('--limit <n>', 'at most so many', parseNumber(1, 100_000), 100),
  examples: [
    ['quarantine list', 'reason, organisation, size and time of each entry, as the ledger has it'],
    ['quarantine list --open --org europol', 'what still waits for somebody'],
    ['quarantine list --json | jq -r .reason | sort | uniq -c', 'NDJSON, one line an entry'],
  ],
  run: async ({ options, home, output }) => {
    const { org, open, closed, limit } = options;
    const state = open === closed ? {} : ({ state: open === true ? 'open' : 'closed' } as const);
    const sought: Sought = { limit, ...state, ...(org === undefined ? {} : { org }) };
    const { entries, more } = await findEntries(home, sought);
    if (output.json) entries.forEach(output.record);
    else output.print(entryTable(entries, output));
    if (more) output.note(output.notePaint.dim(`the newest ${limit}; more: --limit`));
    return EXIT.yes;
  },
};
