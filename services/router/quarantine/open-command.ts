import type { Delivery } from '../../shared/bus/delivery.js';
import { seconds } from '../../shared/kernel/clock.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { type FrameId, parseFrameId } from '../../shared/kernel/ids.js';
import { type Command, verifyCommand } from '../../shared/ledger/command.js';
import type { KnownCommand, Why } from '../../shared/store/router/router-quarantine.js';
import { digest, hexDigest } from '../../shared/trust/digest.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { MAX_JWS_LENGTH } from '../../shared/trust/parse-compact-jws.js';
import { isQuarantineVerb, parseSubject } from '../../shared/wire/subjects.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Hub } from '../hub.js';
import type { Unusable } from '../frames/open.js';

/** A verified command, in the one message that it may be used in. */
export interface Order {
  readonly type: 'order';
  readonly command: Command;
  readonly directory: Directory;
  /** Digest of its message; names its records. */
  readonly frame: FrameId;
  /** The message's sequence in COMMAND. */
  readonly seq: number;
  /** Why the entry is in quarantine; undefined when it is not. */
  readonly known: Why | undefined;
  /** When a router first accepted it, in seconds since 1970. */
  readonly accepted: number;
}

/** The most bytes of a command; a `release`, which has the files of the federation, may be as long as a compact JWS. */
const MAX_BYTES = 8_192;

/**
 * Opens a command: checks signature, person, times, subject and first use. Nothing is done or recorded for an
 * unusable one. Throws only temporary failures.
 */
export async function openCommand(hub: Hub, delivery: Delivery): Promise<Order | Unusable> {
  const order = await open(hub, delivery).catch((thrown: unknown): Unusable => {
    return { type: 'unusable', code: finalCode(errorFrom(thrown), 'command', delivery.attempt) };
  });
  // A command about the quarantine or a notice waits while the gate is closed, and can expire meanwhile. Other commands do
  // not wait, because one of them may be needed to open the gate.
  const { verb } = order.type === 'order' ? order.command : {};
  if (verb !== undefined && (isQuarantineVerb(verb) || verb === 'cancel')) hub.snapshot();
  return order;
}

async function open(hub: Hub, { subject, bytes, seq }: Delivery): Promise<Order> {
  const about = parseSubject(subject);
  const isRelease = about?.type === 'command' && about.verb === 'release';
  if (bytes.length > (isRelease ? MAX_JWS_LENGTH : MAX_BYTES))
    throw fail('oversize', 'a command is larger than the limit');
  const token = Buffer.from(bytes).toString('latin1');
  const { store } = hub;
  const [directory, now] = [hub.directory(), hub.clock()];
  // A command that was accepted before is verified as of then: it may have expired since.
  const accepted = store.quarantine.acceptedAt({ digest: digest(token), seq }) ?? seconds(now);
  const command = await verifyCommand(token, { directory, now: new Date(accepted * 1000) });
  if (about?.type !== 'command' || about.verb !== command.verb) {
    throw fail('subject-invalid', 'a command is not on the subject of its verb');
  }
  if (command.org !== LEDGER_OWNER && !directory.organisations.has(command.org)) {
    throw fail('organisation-unknown', 'a command for an unknown organisation');
  }
  const frame = parseFrameId(hexDigest(bytes));
  const known = store.quarantine.find(command);
  const order: Order = { type: 'order', command, known, directory, frame, seq, accepted };
  expectFirstUse(order, store.quarantine.command(command.id));
  return order;
}

/** Accepts a redelivery of the same message; throws `command-used` for the same command in another message. */
export function expectFirstUse(
  { command, seq }: Order,
  known: Pick<KnownCommand, 'digest' | 'seq'> | undefined,
): void {
  if (known === undefined || (known.digest === command.digest && known.seq === seq)) return;
  throw fail('command-used', `command \`${command.id}\` was used before`);
}
