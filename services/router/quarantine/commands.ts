import type { Delivery } from '../../shared/bus/delivery.js';
import { eraseMessage } from '../../shared/bus/direct-get.js';
import { type Code, errorFrom, isCode } from '../../shared/kernel/errors.js';
import { closesEntry } from '../ledger/apply-quarantine.js';
import type { Hub } from '../hub.js';
import { printable } from './keep-bytes.js';
import { cancelNotice, emitRecalled } from './cancel-notice.js';
import { openCommand, type Order } from './open-command.js';
import { adoptFolder, setBaseline, submitRelease } from './policy-command.js';
import { copiesOf, type QuarantineEntry } from './quarantined.js';
import { type CommandJudgement, type CommandResolution, recordCommand } from './record-command.js';
import { recoverLog } from './recover-log.js';
import { dryRun, type ReplayContext, replay } from './replay.js';
import { ruleOut } from './rule-out.js';
import { keepAckAlive } from '../../shared/bus/keep-ack-alive.js';

/** The steps for a command, injectable. A crash between two steps is repaired by running all of them again. */
export interface CommandSteps {
  readonly open: typeof openCommand;
  readonly record: typeof recordCommand;
  readonly replay: typeof replay;
  readonly clear: typeof clear;
}

/** The steps that production uses. */
export const commandSteps: CommandSteps = { open: openCommand, record: recordCommand, replay, clear };

/** Attempt at which a failing command raises `command-stuck`. */
const STUCK_FROM = 5;
/** Attempt from which a failing command is recorded as refused, because it blocks every command behind it. */
const GIVE_UP_FROM = 10;

/** Handles one message of COMMAND. When it throws, the message is redelivered. */
export async function handleCommand(
  context: ReplayContext,
  delivery: Delivery,
  steps = commandSteps,
): Promise<void> {
  await keepAckAlive(delivery, async () => {
    try {
      await runSteps(context, delivery, steps);
    } catch (thrown) {
      const { code } = errorFrom(thrown);
      // Another router took the same command from another message.
      if (isCode(thrown, 'command-used')) return rejectCommand(context.hub, delivery, code);
      if (delivery.attempt === STUCK_FROM) context.hub.events.alarm('command-stuck', code);
      throw thrown;
    }
  });
}

async function runSteps(context: ReplayContext, delivery: Delivery, steps: CommandSteps): Promise<void> {
  const { hub } = context;
  const order = await steps.open(hub, delivery);
  if (order.type === 'unusable') return rejectCommand(hub, delivery, order.code);
  const isEnded = hasEnded(hub, order);
  if (!isEnded) {
    const said = await execute(context, order, steps).catch((thrown: unknown) => giveUp(thrown, delivery));
    await steps.record(hub, order, said);
  }
  // A router may have died between the record and its events, so a redelivered command publishes them again.
  if (!isEnded || delivery.attempt > 1) emitRecalled(hub, order);
  await steps.clear(hub, order);
  await delivery.settle();
}

function hasEnded({ store }: Hub, { command }: Order): boolean {
  const known = store.quarantine.command(command.id);
  return known !== undefined && known.outcome !== 'accepted';
}

/** The outcome of a command that failed too often. Rethrows an earlier failure. */
function giveUp(thrown: unknown, { attempt }: Delivery): CommandResolution {
  const { code } = errorFrom(thrown);
  if (attempt < GIVE_UP_FROM || code === 'command-used') throw thrown;
  return { outcome: 'refused', code };
}

/** Settles an unusable command with a security event: nothing is done and nothing recorded. */
async function rejectCommand({ events }: Hub, { subject, seq, settle }: Delivery, code: Code): Promise<void> {
  events.security(code, { what: 'command', subject: printable(subject), seq });
  await settle();
}

async function execute(context: ReplayContext, order: Order, steps: CommandSteps): Promise<CommandJudgement> {
  const { hub } = context;
  const { known } = order;
  const { verb, org } = order.command;
  if (verb === 'rule-out') return ruleOut(hub, order);
  if (verb === 'adopt') return adoptFolder(hub.policies, order);
  if (verb === 'baseline') return setBaseline(hub.policies, order);
  if (verb === 'release') return submitRelease(hub);
  if (verb === 'cancel') return () => cancelNotice(hub, order);
  if (verb === 'recover') {
    const lacking = await hub.readLog.lacking();
    return () => recoverLog(hub, order, lacking);
  }
  if (verb === 'discard') return known === undefined ? NOT_FOUND : { outcome: 'discarded', code: null };
  const copy = await findCopy(hub, order);
  if ('code' in copy) return { outcome: 'refused', code: copy.code };
  if (known === undefined) return NOT_FOUND;
  // Its frame has a signed report, and a refusal in a signed report is final.
  if (known.what === 'notice') return { outcome: 'refused', code: 'not-replayable' };
  if (verb === 'dry-run') return dryRun(context, org, copy);
  await steps.record(hub, order, { outcome: 'accepted', code: null });
  return steps.replay(context, org, copy);
}

const NOT_FOUND: CommandResolution = { outcome: 'refused', code: 'not-found' };

/** Finds the entry's bytes under a router's signature; else the code of a forged copy, or `not-found`. */
async function findCopy(hub: Hub, order: Order): Promise<QuarantineEntry | { readonly code: Code }> {
  const { org, entry } = order.command;
  let forged: Code | undefined;
  for await (const copy of copiesOf(hub, { org, entry, directory: order.directory })) {
    if (copy.type === 'sound') return copy.quarantined;
    forged = copy.code;
  }
  if (forged === undefined) return { code: 'not-found' };
  hub.events.security(forged, { what: 'quarantine-entry', entry });
  return { code: forged };
}

/** Erases the bytes of an entry that was replayed or discarded, unless it was quarantined again since. */
async function clear(hub: Hub, { command, directory }: Order): Promise<void> {
  const { core, store } = hub;
  const { id, org, entry } = command;
  const { outcome = '' } = store.quarantine.command(id) ?? {};
  if (!closesEntry(outcome) || store.quarantine.find({ org, entry }) !== undefined) return;
  for await (const { type, seq } of copiesOf(hub, { org, entry, directory })) {
    if (type === 'sound') await eraseMessage(core, { stream: 'QUARANTINE', seq });
  }
}
