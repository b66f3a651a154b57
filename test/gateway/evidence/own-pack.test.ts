import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_PACK_ENTRIES } from '../../../services/shared/verify/pack.js';
import { until } from '../../support/until.js';
import { type Recalling, startRecalling } from '../inbound/craft-recall.js';
import { example } from '../start-gateway.js';

let world: Recalling;
beforeAll(async () => {
  world = await startRecalling();
});
afterAll(() => world?.stop());

test('pack: with more deliveries than one file takes, the originator gets a pack about one recipient only', async () => {
  const { gateway } = world;
  const { store } = gateway;
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  const own = await until('it is settled', () => {
    const row = store.own.find(id);
    return row?.state === 'settled' ? row : undefined;
  });
  const said = { frame: own.frame ?? 0, root: 'r', notices: [own.seq], at: 1, kid: 'k', except: [] };
  await store.commit(() => {
    for (let number = 0; number < MAX_PACK_ENTRIES; number += 1)
      store.settlement.received({ ...said, org: 'interpol', records: [`${number}`], jws: `${number}` });
  });
  const path = `/v1/notices/${id}/evidence`;
  const { status, body: refused } = await gateway.call('GET', path);
  expect([status, refused['code']]).toEqual([400, 'usage']);
  const { status: found, body: pack } = await gateway.call('GET', `${path}?recipient=afripol`);
  expect([found, pack['deliveries']]).toMatchObject([200, [{ recipient: 'afripol' }]]);
});
