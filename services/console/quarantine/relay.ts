import type { Bus } from '../../shared/bus/connect.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Command } from '../../shared/ledger/command.js';
import { subjects } from '../../shared/wire/subjects.js';

/** Publishes signed commands to the broker; its key there allows nothing else. */
export interface Relay {
  /**
   * Resolves when the broker has stored the command. Rejects with `unreachable` when nothing was sent, `timed-out` when it is
   * unknown whether it was stored, `full`, and `config-invalid` for a home without the console's key for commands.
   */
  send(command: Pick<Command, 'verb' | 'token'>): Promise<void>;
  stop(): Promise<void>;
}

interface RelayDeps {
  /** Waits for the broker; rejects only with errors that waiting cannot fix. Undefined: the home has no key for it. */
  readonly connect: (() => Promise<Bus>) | undefined;
  readonly onFault: (error: LiaisonError) => void;
}

const PUBLISH_TIMEOUT_MS = 5_000;
const OLD_HOME =
  'this home is from a release whose console did not relay commands: `scripts/liaison init --demo --force` creates a new, empty home';

/** Opens the relay and connects in the background; `onFault` is called once if that fails for good. */
export function openRelay({ connect, onFault }: RelayDeps): Relay {
  let bus: Bus | undefined;
  let fault = connect === undefined ? fail('config-invalid', OLD_HOME) : undefined;
  let stopped = false;
  const open = async (): Promise<void> => {
    const reached = await connect?.();
    if (stopped) await reached?.close();
    else bus = reached;
  };
  open().catch((thrown: unknown) => {
    const { message } = errorFrom(thrown);
    // The viewer is signed in: a refused key of the console is a fault of its configuration, not of the request.
    fault = fail('config-invalid', `the console cannot relay commands: ${message}`);
    onFault(fault);
  });
  return {
    send: async ({ verb, token }) => {
      if (fault !== undefined) throw fault;
      // The NATS client would keep the message while disconnected and send it after this request has failed.
      if (bus?.isConnected() !== true)
        throw fail('unreachable', 'the broker cannot be reached: nothing was sent');
      const message = { subject: subjects.command(verb), bytes: Buffer.from(token) };
      const stored = await publishLatest(bus, {
        ...message,
        signal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS),
      });
      if (stored === 'full') throw fail('full', 'the stream of commands is full: no router takes them');
    },
    stop: async () => {
      stopped = true;
      await bus?.close();
    },
  };
}
