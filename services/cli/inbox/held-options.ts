import type { Command } from 'commander';
import type { GatewayClient } from '../http-client.js';
import { heldId } from '../notice/find/name-of-notice.js';
import { parseNoticeName } from '../terminal/parse-options.js';

/** The options that name one held notice. */
export interface HeldNoticeOptions {
  readonly org: string;
  readonly from: string;
  readonly id: string;
}

/** Adds the options that name one held notice. */
export function heldNoticeOptions(command: Command): Command {
  return command
    .requiredOption('--org <organisation>', 'whose inbox')
    .requiredOption('--from <organisation>', 'the originator of the notice')
    .requiredOption('--id <id>', 'the notice, or the end of its id', parseNoticeName);
}

/** Returns the path of a held notice at the gateway. Throws as `heldId` does. */
export async function pathOfHeld(gateway: GatewayClient, { from, id }: HeldNoticeOptions): Promise<string> {
  return `/v1/inbox/${encodeURIComponent(from)}/${await heldId(gateway, id, from)}`;
}
