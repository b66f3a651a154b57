import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

let hub: TestHub;
let router: TestRouter;
let europol: PlayedGateway;
beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  router = await hub.start();
  await hub.open(router);
  europol = await hub.gateway('europol');
  await europol.listen();
});
afterAll(() => hub.close());

test('a record says up to where its router had applied the ledger, which is before the record itself', async () => {
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  await europol.reportOn(sent);
  await europol.publish('query', Buffer.from('nonsense'));
  const records = await until('both records', async () => {
    const found = await hub.auditor.records();
    return found.length === 2 ? found : undefined;
  });
  const quarantine = records.find(({ type }) => type === 'quarantine');
  expect(quarantine?.read).toEqual({ epoch: router.store.fact('epoch'), sequence: 2 });
});
