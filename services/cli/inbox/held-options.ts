import type { Command } from 'commander';
import { parseId } from '../terminal/parse-options.js';

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
    .requiredOption('--id <id>', 'the notice', parseId);
}

/** The path of a held notice at the gateway. */
export function pathOfHeld({ from, id }: HeldNoticeOptions): string {
  return `/v1/inbox/${encodeURIComponent(from)}/${id}`;
}
