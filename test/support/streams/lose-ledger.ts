import { rmSync } from 'node:fs';
import type { TestHub, TestRouter } from '../hub.js';

/** Erases the broker's disk and the router's database, and starts the router again without the auditor's archive. */
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
