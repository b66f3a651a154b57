import { errorFrom } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { describeHome } from '../../shared/trust/home-contract.js';
import { provisionHome } from '../init/provision-home.js';
import { watchStreams } from '../init/restore-streams.js';
import { retryWhileUnreachable } from '../home/retry-while-unreachable.js';
import { streamLossMessage, missingStreams } from '../home/missing-streams.js';
import { findServer, launchNats } from './nats-process.js';
import type { Launched } from './supervise.js';
import type { ProcessGroup } from './process-group.js';

interface StartBrokerParams {
  readonly home: Home;
  readonly routers: number;
  readonly options: {
    readonly env: NodeJS.ProcessEnv;
    readonly afterLoss: boolean;
    readonly say: (words: string) => void;
    readonly stopping: AbortSignal;
  };
  /** Aborted when the federation ends. */
  readonly ending: AbortSignal;
}

/** The addresses of the broker. */
export interface Broker {
  /** For clients: `nats://…`. */
  readonly nats: string;
  /** The URL of its monitoring. */
  readonly monitor: string;
  readonly tls: boolean;
}

/**
 * Starts the broker, restarts it when it exits, and provisions it. Repairs its consumers after each restart, and recreates
 * streams that the broker loses while it keeps others of the same account.
 */
export async function startBroker(
  processGroup: ProcessGroup,
  { home, routers, options, ending }: StartBrokerParams,
): Promise<Broker> {
  const { env, say, stopping, afterLoss } = options;
  const binary = await findServer(env, say);
  let broker: Broker | undefined;
  const launch = async (): Promise<Launched> => {
    const launched = await launchNats(home, binary);
    if (broker !== undefined) void repairConsumers(launched, { home, run: { ...broker, routers } }, say);
    return launched;
  };
  const facts = await processGroup.start('nats', launch).ready;
  broker = {
    nats: String(facts['url']),
    monitor: String(facts['monitor']),
    tls: describeHome(home).kind === 'hub',
  };
  const provisioning = { run: { ...broker, routers }, afterLoss, say };
  const { made } = await retryWhileUnreachable(() => provisionHome(home, provisioning), stopping);
  if (made.length > 0) say(`provisioned ${made.length} streams and consumers`);
  const gone = await missingStreams(home, broker.monitor);
  if (gone.length > 0) say(streamLossMessage(gone));
  void watchStreams(home, provisioning, ending);
  return broker;
}

interface RepairConsumersParams {
  readonly home: Home;
  readonly run: Broker & { readonly routers: number };
}

/** Replaces consumers that a killed broker left beyond the end of their streams (docs/adr/0020). */
async function repairConsumers(
  { exited }: Launched,
  { home, run }: RepairConsumersParams,
  say: (words: string) => void,
): Promise<void> {
  const over = new AbortController();
  void exited.then(() => over.abort());
  try {
    const { made } = await retryWhileUnreachable(() => provisionHome(home, { run, say }), over.signal);
    if (made.length > 0) say(`replaced after the broker ended: ${made.join(' ')}`);
  } catch (error) {
    // If the broker ended again, its next start repairs them.
    if (!over.signal.aborted)
      say(`the consumers of the broker could not be repaired: ${errorFrom(error).message}`);
  }
}
