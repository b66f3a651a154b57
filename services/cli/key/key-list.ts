import { fail } from '../../shared/kernel/errors.js';
import { nearestOrAll } from '../../shared/kernel/nearest.js';
import { newestDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { keyTable, listedKey } from './key-table.js';
import { localKeys, keysOf } from './local-keys.js';
import type { Verb } from '../verb.js';

interface ListOptions {
  readonly org?: string;
}

export const verb: Verb<ListOptions> = {
  configure: (command) => command.option('--org <owner>', 'only the keys of this organisation, or of `hub`'),
  examples: [
    ['key list', 'every key of the directory: owner, use, validity, and whether it is in this home'],
    ['key list --org europol', 'the keys of one organisation; `--org hub` for those of the hub'],
    ["key list --json | jq -r 'select(.here) | .kid'", 'NDJSON, one line for each key; never a private key'],
  ],
  run: async ({ options: { org }, home, output }) => {
    const directory = await newestDirectory(home);
    const owners = ['hub', ...directory.organisations.keys()];
    if (org !== undefined && !owners.includes(org))
      throw fail('organisation-unknown', `\`${org}\` has no keys${nearestOrAll(org, owners)}`);
    const here = new Set(localKeys(home, directory).map(({ kid }) => kid));
    const now = new Date();
    const keys = keysOf(directory)
      .filter(({ owner }) => org === undefined || owner === org)
      .map((key) => listedKey(key, { here, now }));
    if (output.json) keys.forEach(output.record);
    else output.print(keyTable(keys, output));
    return EXIT.yes;
  },
};
