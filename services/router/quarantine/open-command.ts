import type { Delivery } from '../../shared/bus/delivery.js';
import { seconds } from '../../shared/kernel/clock.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { type FrameId, parseFrameId } from '../../shared/kernel/ids.js';
import { type Command, verifyCommand } from '../../shared/ledger/command.js';
import type { KnownCommand, Why } from '../../shared/store/router/router-quarantine.js';
import { digest, hexDigest } from '../../shared/trust/digest.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { Hub, Snapshot } from '../hub.js';
import type { Unusable } from '../frames/open.js';

/** A command that its person signed, for this federation and this moment, in this message and no other. */
export interface Order {
  readonly type: 'order';
  readonly command: Command;
  readonly snapshot: Snapshot;
  /** Its message, by which its records are named. */
  readonly frame: FrameId;
  /** The message's sequence in COMMAND. */
  readonly seq: number;
  /** What lies there under that name; undefined for nothing. */
  readonly lies: Why | undefined;
  /** When a router took it first, in seconds since the epoch. */
  readonly accepted: number;
}

const MAX_BYTES = 8_192;

/**
 * Bytes → signature, person, times, subject, first use. Of what is unusable nothing is done, nor recorded. Throws only what a
 * retry may mend.
 */
export async function openCommand(hub: Hub, delivery: Delivery): Promise<Order | Unusable> {
  const snapshot = hub.snapshot();
  try {
    return await open(hub, snapshot, delivery);
  } catch (thrown) {
    return { type: 'unusable', code: finalCode(errorFrom(thrown), 'command', delivery.attempt) };
  }
}

async function open({ store }: Hub, snapshot: Snapshot, { subject, bytes, seq }: Delivery): Promise<Order> {
  if (bytes.length > MAX_BYTES) throw fail('oversize', 'a command is larger than a command may be');
  const token = Buffer.from(bytes).toString('latin1');
  const { directory, now } = snapshot;
  // Taken once and begun again, it may have expired meanwhile.
  const accepted = store.quarantine.acceptedAt({ digest: digest(token), seq }) ?? seconds(now);
  const command = await verifyCommand(token, { directory, now: new Date(accepted * 1000) });
  const about = parseSubject(subject);
  if (about?.type !== 'command' || about.verb !== command.verb) {
    throw fail('subject-invalid', 'a command is not on the subject of its verb');
  }
  if (!directory.organisations.has(command.org)) {
    throw fail('organisation-unknown', 'a command for nobody of this federation');
  }
  const frame = parseFrameId(hexDigest(bytes));
  const lies = store.quarantine.find(command);
  const order: Order = { type: 'order', command, lies, snapshot, frame, seq, accepted };
  expectFirstUse(order, store.quarantine.command(command.id));
  return order;
}

/** The same message may come again, the same command in another message never. Throws `command-used`. */
export function expectFirstUse(
  { command, seq }: Order,
  known: Pick<KnownCommand, 'digest' | 'seq'> | undefined,
): void {
  if (known === undefined || (known.digest === command.digest && known.seq === seq)) return;
  throw fail('command-used', `command \`${command.id}\` was used before`);
}
