import { v7 as uuidv7 } from 'uuid';
import { gatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import { parseNoticeName } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Verb } from '../verb.js';
import { restrictionLines, type ShownRestriction } from './life-table.js';
import { findNotice } from './find/find-notice.js';
import { readDraft, withDraftName } from './read-draft.js';

interface AmendOptions {
  readonly org?: string;
  readonly key?: string;
}

export const verb: Verb<AmendOptions> = {
  configure: (command) =>
    command
      .argument('<id>', 'the id of an own notice, or the end of it', parseNoticeName)
      .argument('<draft>', 'a JSON file, or - for stdin: the whole next revision')
      .option('--org <organisation>', 'the originator; without it every gateway of this home is asked')
      .option('--key <text>', 'idempotency key: the same key with the same draft gives the same revision'),
  examples: [
    [
      'notice amend 0190b7a2-… draft.json',
      'holders get the next revision; those that may not have it erase the earlier one',
    ],
  ],
  run: async ({ args, options, home, output }) => {
    const [name = '', path = '-'] = args;
    const draft = readDraft(path);
    const run = requireGateways(home);
    const orgs = options.org === undefined ? Object.keys(run.gateways) : [options.org];
    const { notice, originator } = await findNotice(name, { home, run, orgs });
    const gateway = gatewayClient(home, run, originator);
    const headers = { 'idempotency-key': options.key ?? uuidv7() };
    const post = (): Promise<unknown> => gateway.post(`/v1/notices/${notice.id}/revisions`, draft, headers);
    const accepted = (await withDraftName(path, post)) as Accepted;
    const title = `${accepted.id}  revision ${accepted.revision}  ${accepted.state}`;
    output.show(accepted, () => [title, ...restrictionLines(accepted.restrictions)].join('\n'));
    output.note(`follow it: ${suggestedCommand(`notice show ${accepted.id} --org ${gateway.org}`)}`);
    return EXIT.yes;
  },
};

interface Accepted {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  /** Restrictions in force, which the revision does not give back. */
  readonly restrictions: readonly ShownRestriction[];
}
