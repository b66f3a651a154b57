import { afterAll, beforeAll, expect, test } from 'vitest';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

/** Less than the two minutes by which the clock of a gateway that signs claims may be ahead of the hub. */
const DEADLINE_S = 60;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);
const passDeadline = (): void => void (skew += (DEADLINE_S + 1) * 1_000);
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const settings = { deadlines: equalDeadlines(DEADLINE_S), sweepMs: 200 };
  gateway = await startGateway(broker, 'europol', { settings, clock });
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
  hub.lose.add('delivery');
  hub.rule = ({ sections }, to) => (to === 'afripol' ? sections : undefined);
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const context = () => ({ root: readAnchor(broker.home), now: clock() });
const claim = (id: string, recipient: string) => gateway.call('GET', `/v1/notices/${id}/owed/${recipient}`);

/** The originator, the recipient and the last line of `verify` for each kept claim that this alarm left. */
async function kept(alarm: string): Promise<readonly unknown[]> {
  const items = await until(`a claim of ${alarm}`, async () => {
    const { body } = await gateway.call('GET', '/v1/evidence');
    const found = (body['items'] as readonly Readonly<Record<string, string>>[]).filter(
      ({ what }) => what === alarm,
    );
    return found.length > 0 && found;
  });
  return Promise.all(
    items.map(async ({ id, originator, recipient }) => {
      const { body } = await gateway.call('GET', `/v1/evidence/${id}`);
      const { holds, lines } = await verifyEvidence(JSON.stringify(body), context());
      return [originator, recipient, holds, lines.at(-1)?.says];
    }),
  );
}

test('a claim that an answer to an action is owed is signed and kept once its deadline has passed', async () => {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('the report', () => gateway.store.own.find(id)?.state === 'routed');
  const order = { body: { reason: 'purpose-achieved' } };
  expect((await gateway.call('POST', `/v1/notices/${id}/withdraw`, order)).status).toBe(202);
  const [action] = gateway.store.items.of('', id);
  await until('its report', () => gateway.store.items.of('', id)[0]?.state === 'routed');
  passDeadline();
  const { body: file } = await until('the claim', async () => {
    const answer = await claim(id, 'afripol');
    return answer.status === 200 && answer;
  });
  const { holds, lines } = await verifyEvidence(JSON.stringify(file), context());
  expect([holds, lines.filter(({ ok }) => ok === false)]).toEqual([false, []]);
  const says = lines.at(-1)?.says;
  expect(says).toContain('europol says that afripol owes it the answer to an action');
  expect(says).toContain(String(action?.digest));
  expect(await kept('answer-overdue')).toEqual([['europol', 'afripol', false, says]]);
});

test('a claim that a receipt is owed is signed and kept once its deadline has passed, for the recipient that owes it', async () => {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('the report', () => gateway.store.own.find(id)?.state === 'routed');
  const due = (gateway.store.own.find(id)?.at ?? 0) + DEADLINE_S * 1_000;
  const early = await claim(id, 'afripol');
  expect([clock().getTime() < due, early.status]).toEqual([true, 404]);
  passDeadline();
  const { body: file } = await until('the claim', async () => {
    const answer = await claim(id, 'afripol');
    return answer.status === 200 && answer;
  });
  const { holds, lines } = await verifyEvidence(JSON.stringify(file), context());
  expect([holds, lines.filter(({ ok }) => ok === false)]).toEqual([false, []]);
  const since = new Date(Math.floor(due / 1_000) * 1_000).toISOString();
  expect(lines.at(-1)?.says).toMatch(
    new RegExp(
      `^europol says that afripol owes it the receipt for what is delivered by the record .* since ${since}$`,
    ),
  );
  expect(await kept('receipt-overdue')).toEqual([['europol', 'afripol', false, lines.at(-1)?.says]]);
  for (const other of ['interpol', 'nobody', 'europol']) expect((await claim(id, other)).status).toBe(404);
});
