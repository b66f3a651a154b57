import { parseOrgId } from '../../shared/kernel/ids.js';
import { KINDS } from '../../shared/notice/kinds.js';
import { newestDirectory } from '../init/home-directory.js';
import { EXIT } from '../terminal/exit-codes.js';
import { type GatewayClient, gatewayClient } from '../http-client.js';
import { type HeldNotice, type VerifiedHeld, verifyHeldNotice } from './held-notice.js';
import { inboxTable, showHeld } from './inbox-table.js';
import { heldId } from '../notice/find/name-of-notice.js';
import { requireMembers } from '../home/require-members.js';
import { parseNoticeName, parseNumber, parseWord } from '../terminal/parse-options.js';
import { requireGateways } from '../home/run-file.js';
import type { Verb } from '../verb.js';

interface InboxOptions {
  readonly org: string;
  readonly id?: string | undefined;
  readonly from?: string;
  readonly kind?: string;
  readonly text?: string;
  readonly limit: number;
}

const PAGE_SIZE = 100;

export const verb: Verb<InboxOptions> = {
  configure: (command) =>
    command
      .requiredOption('--org <organisation>', 'whose inbox')
      .option('--id <id>', 'only this notice, or the end of its id, with its sections', parseNoticeName)
      .option('--from <organisation>', 'only notices of this originator')
      .option('--kind <kind>', 'only notices of this kind: red, yellow, …', parseWord(KINDS))
      .option('--text <words>', 'only notices that contain these words')
      .option('--limit <n>', 'the maximum number of notices, newest first', parseNumber(1, 1_000_000), 50),
  examples: [
    ['inbox --org afripol', 'its notices, newest first, with both signatures verified'],
    ['inbox --org afripol --id 0190b7a2-…', 'one notice with its sections'],
    ['inbox --org afripol --json | jq -c .verified', 'NDJSON, one line for each notice'],
  ],
  run: async ({ options, home, output }) => {
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    await requireMembers(home, options.from === undefined ? [] : [options.from]);
    const context = {
      directory: await newestDirectory(home),
      holder: parseOrgId(options.org),
      now: new Date(),
    };
    const { from, id: name } = options;
    const id = name === undefined ? undefined : await heldId(gateway, name, from);
    const shown: VerifiedHeld[] = [];
    for await (const held of readInbox(gateway, { ...options, id })) {
      const notice = await verifyHeldNotice(held, context);
      shown.push(notice);
      if (output.json) output.record(notice);
    }
    if (!output.json) {
      output.print(
        options.id === undefined
          ? inboxTable(shown, output)
          : shown.map((notice) => showHeld(notice, output)).join('\n\n'),
      );
    }
    const found = options.id === undefined || shown.length > 0;
    if (!found) output.note(`\`${options.org}\` does not hold \`${options.id}\``);
    const allVerified = shown.every(({ verified }) => verified.originator && verified.statement);
    return allVerified && found ? EXIT.yes : EXIT.no;
  },
};

interface Page {
  readonly items: readonly HeldNotice[];
  readonly next: number | null;
}

async function* readInbox(gateway: GatewayClient, options: InboxOptions): AsyncGenerator<HeldNotice> {
  const { from, kind, text, id } = options;
  const filters = Object.entries({ originator: from, kind, text }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  let left = options.limit;
  for (let before: number | null | undefined; left > 0 && before !== null; ) {
    const query = new URLSearchParams(filters);
    query.set('limit', String(id === undefined ? Math.min(PAGE_SIZE, left) : PAGE_SIZE));
    if (before !== undefined) query.set('before', String(before));
    const { items, next } = (await gateway.get(`/v1/inbox?${query.toString()}`)) as Page;
    for (const item of items) {
      if (id !== undefined && item.id !== id) continue;
      yield item;
      left -= 1;
    }
    if (id !== undefined && left < options.limit) return;
    before = next;
  }
}
