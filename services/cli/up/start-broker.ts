import { errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { provisionHome } from '../init/provision-home.js';
import { retryWhileUnreachable } from '../home/retry-while-unreachable.js';
import { streamLossMessage, missingStreams } from '../home/missing-streams.js';
import { findServer, launchNats } from './nats-process.js';
import type { Launched } from './supervise.js';
import type { ProcessGroup } from './process-group.js';

interface BrokerPlan {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly routers: number;
  readonly options: {
    readonly env: NodeJS.ProcessEnv;
    readonly afterLoss: boolean;
    readonly say: (words: string) => void;
    readonly stopping: AbortSignal;
  };
}

/** Where the broker is, for clients and for who looks at it. */
export interface Broker {
  readonly nats: string;
  readonly monitor: string;
}

/** Starts the broker and provisions it; each time that it is started again its consumers are looked after. */
export async function startBroker(
  troop: ProcessGroup,
  { home, orgs, routers, options }: BrokerPlan,
): Promise<Broker> {
  const { env, say, stopping, afterLoss } = options;
  const binary = await findServer(env, say);
  let broker: Broker | undefined;
  const launch = async (): Promise<Launched> => {
    const launched = await launchNats(home, binary);
    if (broker !== undefined) void lookAfter(launched, { home, orgs, run: { ...broker, routers } }, say);
    return launched;
  };
  const facts = await troop.start('nats', launch).ready;
  broker = { nats: String(facts['url']), monitor: String(facts['monitor']) };
  const provisioning = { run: { ...broker, routers }, orgs, afterLoss, say };
  const { made } = await retryWhileUnreachable(() => provisionHome(home, provisioning), stopping);
  if (made.length > 0) say(`provisioned ${made.length} streams and consumers`);
  const gone = await missingStreams(home, broker.monitor);
  if (gone.length > 0) say(streamLossMessage(gone));
  return broker;
}

interface Looking {
  readonly home: Home;
  readonly orgs: readonly OrgId[];
  readonly run: Broker & { readonly routers: number };
}

/** A broker that was killed may have left consumers beyond the end of their streams (docs/adr/0020). */
async function lookAfter(
  { exited }: Launched,
  { home, orgs, run }: Looking,
  say: (words: string) => void,
): Promise<void> {
  const over = new AbortController();
  void exited.then(() => over.abort());
  try {
    const { made } = await retryWhileUnreachable(() => provisionHome(home, { run, orgs, say }), over.signal);
    if (made.length > 0) say(`made anew after the broker ended: ${made.join(' ')}`);
  } catch (error) {
    // Ended again: then it is looked after once more.
    if (!over.signal.aborted)
      say(`the consumers of the broker were not looked after: ${errorFrom(error).message}`);
  }
}
