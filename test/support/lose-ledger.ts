import { rmSync } from 'node:fs';
import type { TestHub, TestRouter } from './hub.js';

/** Loses a router's ledger for good: the broker with its database and the auditor's archive. Starts the router anew. */
export async function loseLedger(hub: TestHub, router: TestRouter): Promise<TestRouter> {
  await router.stop();
  await hub.broker.stop();
  hub.broker.eraseData();
  rmSync(hub.broker.home.hub('router', 'router.db'));
  await hub.broker.start();
  await hub.broker.provision({ afterLoss: true });
  const anew = await hub.start({ readArchive: async () => [] });
  await hub.open(anew);
  return anew;
}
