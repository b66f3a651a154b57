import { openAccount } from '../../../services/cli/org/open-account.js';
import { listSite } from '../org/admit-site.js';
import { type HubBroker, silent, startHubBroker } from '../org/hub-broker.js';

/** Starts the broker of a hub that europol and interpol may log in to; its directory lists the keys of europol. */
export async function startTwoMembers(): Promise<HubBroker> {
  const broker = await startHubBroker(2);
  for (const id of ['europol', 'interpol']) {
    const request = await broker.ask(id);
    await openAccount(broker.hub, request, { run: broker.run(), env: process.env, say: silent });
    await broker.certify(request);
    if (id === 'europol') await listSite(broker.hub, request);
  }
  return broker;
}
