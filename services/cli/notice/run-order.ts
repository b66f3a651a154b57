import { v7 as uuidv7 } from 'uuid';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { gatewayClient, type GatewayClient } from '../http-client.js';
import { requireGateways } from '../home/run-file.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { parseDuration, parseNoticeName } from '../terminal/parse-options.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Call } from '../verb.js';
import { findNotice } from './find/find-notice.js';
import type { ShownNotice } from './notice-table.js';
import { withOptionNames } from './order-options.js';
import { actionText, type ShownOrder } from './life-table.js';

/** The options of every verb that acts on an own notice. */
export interface OrderOptions {
  readonly org?: string;
  readonly key?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** Adds the argument and the options of a verb that acts on an own notice. */
export function orderOptions(command: Command): Command {
  return waitOptions(
    command
      .argument('<id>', 'the id of an own notice, or the end of it', parseNoticeName)
      .option('--org <organisation>', 'the originator; without it every gateway of this home is asked'),
  );
}

/** Adds the options of a verb that waits for the answers to an action. */
export function waitOptions(command: Command): Command {
  return command
    .option('--key <text>', 'idempotency key: the same key with the same order gives the same action')
    .option('--wait', 'wait until every holder has answered; exit code 4 if one has not in time')
    .option('--timeout <time>', 'how long to wait: 60 s by default', parseDuration);
}

/**
 * Orders an action on an own notice: posts `body` to `path` below it, and waits for the answers with `--wait`. Throws the
 * errors of the gateway.
 */
export async function runOrder(
  { args, options, home, output, stopping }: Call<OrderOptions>,
  { path, body }: { readonly path: string; readonly body: object },
): Promise<ExitCode> {
  const run = requireGateways(home);
  const orgs = options.org === undefined ? Object.keys(run.gateways) : [options.org];
  const { notice, originator } = await findNotice(args[0] ?? '', { home, run, orgs });
  const gateway = gatewayClient(home, run, originator);
  const order = { path: `/v1/notices/${notice.id}/${path}`, body };
  const given = options.key === undefined ? sameAction(notice.life?.actions ?? [], path, body) : undefined;
  return postOrder(gateway, order, { options, output, stopping, ...(given && { given }) });
}

/** Returns the withdrawal that ended the notice for the same reason, so that a person can wait again. */
function sameAction(actions: readonly ShownOrder[], verb: string, body: object): ShownOrder | undefined {
  const { reason } = body as { readonly reason?: string };
  const last = actions.findLast((action) => action.verb === verb && action.state !== 'refused');
  return verb === 'withdraw' && last?.reason === reason && last?.state !== 'held' ? last : undefined;
}

interface PostOrder {
  readonly path: string;
  readonly body: object;
}

interface PostParams extends Pick<Call<OrderOptions>, 'options' | 'output' | 'stopping'> {
  /** The action that was ordered before, in place of a new one. */
  readonly given?: ShownOrder;
}

/** Posts an order and shows the action, with the answers to it after `--wait`. */
export async function postOrder(
  gateway: GatewayClient,
  { path, body }: PostOrder,
  { options, output, stopping, given }: PostParams,
): Promise<ExitCode> {
  const headers = { 'idempotency-key': options.key ?? uuidv7() };
  const post = (): Promise<unknown> => gateway.post(path, body, headers);
  const ordered = given ?? ((await withOptionNames(post)) as ShownOrder);
  const follow = suggestedCommand(`notice show ${ordered.id} --org ${gateway.org}`);
  const isHeld = ordered.state === 'held';
  if (options.wait !== true || isHeld) {
    output.show(ordered, () => actionText(ordered, output));
    const confirm = suggestedCommand(`notice confirm ${ordered.id} --org ${gateway.org}`);
    output.note(isHeld ? `it is not signed yet, confirm it: ${confirm}` : `follow it: ${follow}`);
    return isHeld ? EXIT.no : EXIT.yes;
  }
  const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
  const answered = await untilAnswered(gateway, ordered, { timeout, stopping });
  output.show(answered, () => actionText(answered, output));
  // An action that the gateway gave up keeps the code of the hub's refusal.
  if (answered.state === 'refused' || answered.code !== undefined) return EXIT.no;
  if (isDone(answered)) return EXIT.yes;
  output.note(`not every holder has answered; the gateway continues, follow it: ${follow}`);
  return EXIT.unreachable;
}

/** Polls until the action is settled or the time is over; returns it as it is then. */
async function untilAnswered(
  gateway: GatewayClient,
  ordered: ShownOrder,
  { timeout, stopping }: { readonly timeout: number; readonly stopping: AbortSignal },
): Promise<ShownOrder> {
  let last = ordered;
  for (const end = Date.now() + timeout; Date.now() < end && !stopping.aborted && !isDone(last); ) {
    const { life } = (await gateway.get(`/v1/notices/${ordered.id}`)) as ShownNotice;
    last = life?.actions.find(({ action }) => action === ordered.action) ?? last;
    if (!isDone(last)) await delay(POLL_MS);
  }
  return last;
}

function isDone({ state }: ShownOrder): boolean {
  return state === 'settled' || state === 'refused' || state === 'ended';
}
