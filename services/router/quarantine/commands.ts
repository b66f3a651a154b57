import type { Delivery } from '../../shared/bus/delivery.js';
import { eraseMessage } from '../../shared/bus/direct-get.js';
import { type Code, errorFrom, isCode } from '../../shared/kernel/errors.js';
import { closesEntry } from '../ledger/apply-quarantine.js';
import type { Hub } from '../hub.js';
import { printable } from './keep-bytes.js';
import { openCommand, type Order } from './open-command.js';
import { copiesOf, type QuarantineEntry } from './quarantined.js';
import { recordCommand, type CommandResolution } from './record-command.js';
import { dryRun, type ReplayContext, replay } from './replay.js';
import { keepAckAlive } from '../keep-ack-alive.js';

/** The recipe for commands. A crash between any two steps is mended by beginning again. */
export interface CommandSteps {
  readonly open: typeof openCommand;
  readonly record: typeof recordCommand;
  readonly replay: typeof replay;
  readonly clear: typeof clear;
}

export const commandSteps: CommandSteps = { open: openCommand, record: recordCommand, replay, clear };

const STUCK_FROM = 5;
/** What was accepted and cannot be carried out ends as well, or it would hold every command behind it. */
const GIVE_UP_FROM = 10;

/** One message of COMMAND. What it throws makes the message come again. */
export async function handleCommand(context: ReplayContext, delivery: Delivery, steps = commandSteps): Promise<void> {
  await keepAckAlive(delivery, async () => {
    try {
      await follow(context, delivery, steps);
    } catch (thrown) {
      const { code } = errorFrom(thrown);
      // Another router took the same command from another message meanwhile.
      if (isCode(thrown, 'command-used')) return rejectCommand(context.hub, delivery, code);
      if (delivery.attempt === STUCK_FROM) context.hub.events.alarm('command-stuck', code);
      throw thrown;
    }
  });
}

async function follow(context: ReplayContext, delivery: Delivery, steps: CommandSteps): Promise<void> {
  const { hub } = context;
  const order = await steps.open(hub, delivery);
  if (order.type === 'unusable') return rejectCommand(hub, delivery, order.code);
  if (!hasEnded(hub, order)) {
    const said = await act(context, order, steps).catch((thrown: unknown) => givenUp(thrown, delivery));
    await steps.record(hub, order, said);
  }
  await steps.clear(hub, order);
  await delivery.settle();
}

function hasEnded({ store }: Hub, { command }: Order): boolean {
  const known = store.quarantine.command(command.id);
  return known !== undefined && known.outcome !== 'accepted';
}

function givenUp(thrown: unknown, { attempt }: Delivery): CommandResolution {
  const { code } = errorFrom(thrown);
  if (attempt < GIVE_UP_FROM || code === 'command-used') throw thrown;
  return { outcome: 'refused', code };
}

/** What was tried with a command is done nowhere, and stands nowhere but here. */
async function rejectCommand({ events }: Hub, { subject, seq, settle }: Delivery, code: Code): Promise<void> {
  events.security(code, { what: 'command', subject: printable(subject), seq });
  await settle();
}

async function act(context: ReplayContext, order: Order, steps: CommandSteps): Promise<CommandResolution> {
  const { hub } = context;
  const { lies } = order;
  const { verb, org } = order.command;
  if (verb === 'discard') return lies === undefined ? NOT_THERE : { outcome: 'discarded', code: null };
  const copy = await findCopy(hub, order);
  if ('code' in copy) return { outcome: 'refused', code: copy.code };
  if (lies === undefined) return NOT_THERE;
  // Its frame was reported on, and what was refused by a signed report is refused for good.
  if (lies.what === 'notice') return { outcome: 'refused', code: 'not-replayable' };
  if (verb === 'dry-run') return dryRun(context, org, copy);
  await steps.record(hub, order, { outcome: 'accepted', code: null });
  return steps.replay(context, org, copy);
}

const NOT_THERE: CommandResolution = { outcome: 'refused', code: 'not-found' };

/** The bytes, if a router signed for them; the code of a forged copy, if there is no other. */
async function findCopy(hub: Hub, order: Order): Promise<QuarantineEntry | { readonly code: Code }> {
  const { org, entry } = order.command;
  let forged: Code | undefined;
  for await (const copy of copiesOf(hub, { org, entry, directory: order.snapshot.directory })) {
    if (copy.type === 'sound') return copy.quarantined;
    forged = copy.code;
  }
  if (forged === undefined) return { code: 'not-found' };
  hub.events.security(forged, { what: 'quarantine-entry', entry });
  return { code: forged };
}

/** Nobody needs the bytes of what was replayed or discarded. Other bytes, and what lies there anew, stay. */
async function clear(hub: Hub, { command, snapshot }: Order): Promise<void> {
  const { core, store } = hub;
  const { id, org, entry } = command;
  const { outcome = '' } = store.quarantine.command(id) ?? {};
  if (!closesEntry(outcome) || store.quarantine.find({ org, entry }) !== undefined) return;
  for await (const { type, seq } of copiesOf(hub, { org, entry, directory: snapshot.directory })) {
    if (type === 'sound') await eraseMessage(core, { stream: 'QUARANTINE', seq });
  }
}
