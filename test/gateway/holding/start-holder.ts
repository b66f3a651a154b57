import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { type Hub, playHub } from '../play-hub.js';
import { startGateway, type Started } from '../start-gateway.js';

interface Holder {
  readonly broker: Broker;
  readonly hub: Hub;
  readonly gateway: Started;
}

/** Starts a broker of `europol` and `afripol`, the gateway of `afripol` and a played hub that serves it. */
export async function startHolder(now: () => Date): Promise<Holder> {
  const broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const gateway = await startGateway(broker, 'afripol');
  const hub = await playHub(broker, gateway.identity.directory.current(), now);
  await hub.serve(parseOrgId('afripol'));
  return { broker, hub, gateway };
}
