import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { addPerson } from '../../support/add-person.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craftRecall } from '../inbound/craft-recall.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let gateway: Started;
let holder: Started;
let hub: Hub;
let first: Signer;
let second: Signer;
beforeAll(async () => {
  broker = await startBroker({ orgs: [europol, afripol] });
  first = await readSigner(broker.home.operatorKey);
  ({ signer: second } = await addPerson(broker.home, 'B. Example'));
  gateway = await startGateway(broker, europol, { settings: { resendMs: 400 } });
  holder = await startGateway(broker, afripol);
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve(europol, afripol);
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), holder?.stop(), hub?.stop()]);
  await broker?.close();
});

const packOf = async (at: Started, path: string) => (await at.call('GET', path)).body;
const verify = (pack: Json) =>
  verifyEvidence(JSON.stringify(pack), { root: readAnchor(broker.home), now: new Date() });

test('pack: after a recall the originator proves who ordered it and what each holder signed, without the content', async () => {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = parseNoticeId(body['id']);
  await until('it is settled', () => gateway.store.own.find(id)?.state === 'settled');
  const recall = await craftRecall(hub, { originator: europol, id, by: [first, second] });
  await recall.handTo(europol, afripol);
  const item = () => gateway.store.items.byDigest(recall.digest);
  await until('the answer', () => gateway.store.items.wordsOf(item()?.seq ?? 0).length === 1);
  for (const query of ['', '?recipient=afripol']) {
    const pack = await packOf(gateway, `/v1/notices/${id}/evidence${query}`);
    expect(pack['notices']).toMatchObject([{ sdJwt: null }]);
    const { lines, holds } = await verify(pack);
    expect([lines.filter(({ ok }) => ok === false), holds]).toEqual([[], true]);
    const said = lines.flatMap(({ ok, says }) => (ok === true ? [says] : []));
    expect(said).toContain(`two operators of the hub recalled ${id}, and the hub told europol`);
    expect(said).toContain('afripol signed destroyed in answer to cancel');
    expect(said.some((one) => one.startsWith('afripol signed a receipt'))).toBe(true);
  }
});
