import { type Broker, startBroker } from '../support/broker.js';
import { startGateway, type Started } from './start-gateway.js';

interface Offline extends AsyncDisposable {
  readonly broker: Broker;
  readonly gateway: Started;
}

/** Starts the gateway of `europol`, which cannot reach its broker, for one test. */
export async function startOffline(): Promise<Offline> {
  const broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const gateway = await startGateway(broker, 'europol', { offline: true });
  return {
    broker,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await broker.close();
    },
  };
}
