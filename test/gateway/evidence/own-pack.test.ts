import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { MAX_PACK_ENTRIES } from '../../../services/shared/verify/pack.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { until } from '../../support/until.js';
import { type Recalling, startRecalling } from '../inbound/craft-recall.js';
import { example, type Json } from '../start-gateway.js';

let world: Recalling;
const verify = (pack: Json) =>
  verifyEvidence(JSON.stringify(pack), { root: readAnchor(world.broker.home), now: new Date() });
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

test('pack: of a notice that the hub refused proves the refusal, also once the content is erased', async () => {
  const { gateway, hub } = world;
  hub.refuseNotice = () => 'not-permitted';
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('it is refused', () => gateway.store.own.find(id)?.state === 'refused');
  hub.refuseNotice = () => undefined;
  const packOf = async () => (await gateway.call('GET', `/v1/notices/${id}/evidence`)).body;
  for (const isErased of [false, true]) {
    if (isErased)
      await gateway.store.commit(() =>
        gateway.store.ends.end(id, { ending: 'expired', reason: null, at: Date.now() }),
      );
    const pack = await packOf();
    expect(pack['notices']).toMatchObject([{ sdJwt: isErased ? null : expect.any(String) }]);
    const { lines, holds } = await verify(pack);
    expect([lines.filter(({ ok }) => ok === false), holds]).toEqual([[], true]);
    const number = gateway.store.own.find(id)?.number;
    expect(lines.map(({ says }) => says)).toContain(
      `the hub recorded that it refused ${id}.${number}: not-permitted`,
    );
  }
});
