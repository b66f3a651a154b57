import { Option } from 'commander';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNumber } from '../terminal/parse-options.js';
import { findEntries, type EntryFilters } from './entries.js';
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
      .option('--org <organisation>', 'only entries of this organisation')
      .option('--open', 'only entries that were neither replayed nor discarded')
      .addOption(new Option('--closed', 'only entries that were replayed or discarded').conflicts('open'))
      .option('--limit <n>', 'the maximum number of entries', parseNumber(1, 100_000), 100),
  examples: [
    ['quarantine list', 'reason, organisation, size and time of each entry, as recorded on the ledger'],
    ['quarantine list --open --org europol', 'the open entries of one organisation'],
    ['quarantine list --json | jq -r .reason | sort | uniq -c', 'NDJSON, one line for each entry'],
  ],
  run: async ({ options, home, output }) => {
    const { org, open, closed, limit } = options;
    const state = open === closed ? {} : ({ state: open === true ? 'open' : 'closed' } as const);
    const filters: EntryFilters = { limit, ...state, ...(org === undefined ? {} : { org }) };
    const { entries, more } = await findEntries(home, filters);
    if (output.json) entries.forEach(output.record);
    else output.print(entryTable(entries, output));
    if (more) output.note(output.notePaint.dim(`showing the newest ${limit}; for more, use --limit`));
    return EXIT.yes;
  },
};
