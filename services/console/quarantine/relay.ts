import type { Bus } from '../../shared/bus/connect.js';
import { publishLatest } from '../../shared/bus/publish.js';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Command } from '../../shared/ledger/command.js';
import { subjects } from '../../shared/wire/subjects.js';

/** Hands commands to the broker as their persons signed them, and can do nothing else there. */
export interface Relay {
  /**
   * Resolves when the broker has stored it. Rejects with `unreachable` when nothing was sent, `timed-out` when nobody
   * knows, `full`, and `config-invalid` for a home without a key of the console for commands.
   */
  send(command: Pick<Command, 'verb' | 'token'>): Promise<void>;
  stop(): Promise<void>;
}

interface RelayDeps {
  /** Waits for the broker; rejects only with what waiting does not mend. Undefined: the home has no key for it. */
  readonly connect: (() => Promise<Bus>) | undefined;
  readonly onFault: (error: LiaisonError) => void;
}

const PUBLISH_MS = 5_000;
const OLD_HOME =
  'this home was made before the console relayed commands: `scripts/liaison init --demo --force` makes it anew, and empty';

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
    // Whoever asks the console is known to it: that the broker does not know the console is nothing of theirs.
    fault = fail('config-invalid', `the console cannot relay commands: ${message}`);
    onFault(fault);
  });
  return {
    send: async ({ verb, token }) => {
      if (fault !== undefined) throw fault;
      // What is published while the connection is away is kept by the client, and sent when nobody waits for it any more.
      if (bus?.isConnected() !== true) throw fail('unreachable', 'the broker is away: nothing was sent');
      const message = { subject: subjects.command(verb), bytes: Buffer.from(token) };
      const stored = await publishLatest(bus, { ...message, signal: AbortSignal.timeout(PUBLISH_MS) });
      if (stored === 'full') throw fail('full', 'the broker takes no commands: no router takes them');
    },
    stop: async () => {
      stopped = true;
      await bus?.close();
    },
  };
}
