import { afterAll, beforeAll, expect, test } from 'vitest';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const DEADLINE_S = 2;
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const settings = { deadlines: equalDeadlines(DEADLINE_S) };
  gateway = await startGateway(broker, 'europol', { settings });
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.lose.add('delivery');
  hub.rule = ({ sections }, to) => (to === 'afripol' ? sections : undefined);
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const claim = (id: string, recipient: string) => gateway.call('GET', `/v1/notices/${id}/owed/${recipient}`);

test('a claim that a receipt is owed is signed once its deadline has passed, for the recipient that owes it', async () => {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('the report', () => gateway.store.own.find(id)?.state === 'routed');
  const due = (gateway.store.own.find(id)?.at ?? 0) + DEADLINE_S * 1_000;
  const early = await claim(id, 'afripol');
  expect([Date.now() < due, early.status]).toEqual([true, 404]);
  const { body: file } = await until('the claim', async () => {
    const answer = await claim(id, 'afripol');
    return answer.status === 200 && answer;
  });
  expect(Date.now()).toBeGreaterThanOrEqual(due);
  const context = { root: readAnchor(broker.home), now: new Date() };
  const { holds, lines } = await verifyEvidence(JSON.stringify(file), context);
  expect([holds, lines.filter(({ ok }) => ok === false)]).toEqual([false, []]);
  const since = new Date(Math.floor(due / 1_000) * 1_000).toISOString();
  expect(lines.at(-1)?.says).toMatch(
    new RegExp(
      `^europol says that afripol owes it the receipt for what is delivered by the record .* since ${since}$`,
    ),
  );
  for (const other of ['interpol', 'nobody', 'europol']) expect((await claim(id, other)).status).toBe(404);
});
