import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type OrgId, parseFrameId } from '../../../services/shared/kernel/ids.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { frames, type SubmissionFrame } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { someFrame } from '../craft.js';
import { craftReport } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
let hub: Hub;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { resendMs: 300 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const post = (path: string, body: unknown) => gateway.call('POST', path, { body });

const JTI = '01a21070-bbba-74cf-9b6c-e735c36b95a6';

test('gateway: a request whose grant the hub refuses is open again, and can be declined', async () => {
  hub.rule = ({ sections }) => sections.filter((section) => section !== 'threat');
  const { id, digest } = await submitted();
  const about = { jti: JTI, digest: 'A'.repeat(43), id, org: 'afripol', section: 'threat' };
  await gateway.store.commit(
    () => void gateway.store.asked.receive({ ...about, purpose: 'arrest', copy: digest, at: 1, text: 't' }),
  );
  hub.refuse = () => ({ code: 'not-permitted' });
  expect((await post(`/v1/requests/${JTI}/grant`, {})).status).toBe(202);
  await until('the refusal', () => gateway.store.items.of('', id)[0]?.state === 'refused');
  expect((await gateway.call('GET', '/v1/requests')).body).toMatchObject({
    items: [{ jti: JTI, state: 'open' }],
  });
  hub.refuse = () => undefined;
  expect((await post(`/v1/requests/${JTI}/decline`, { reason: 'not-permitted' })).status).toBe(202);
  const declined = await until('a decline', () => hub.acted.find(({ verb }) => verb === 'decline'));
  expect(declined.listed).toEqual([{ to: 'afripol', request: about.digest }]);
  expect((await gateway.call('GET', '/v1/requests')).body).toMatchObject({ items: [] });
});

/** Publishes the narrowing by which the hub no longer hands the newest own action to afripol. */
async function publishUnact(digest: string): Promise<void> {
  const hasAction = ({ submission }: SubmissionFrame): boolean =>
    frames.submission.decode(submission).items.some(({ action }) => action !== undefined);
  const frame = hub.seen.findLast(({ message }) => hasAction(message))?.frame ?? someFrame();
  const unact = { type: 'unact', to: 'afripol' as OrgId, digest } as const;
  const by = { signer: hub.signer, directory: hub.directory, now: () => new Date() };
  const narrowing = await craftReport(by, {
    originator: 'europol' as OrgId,
    frame,
    parts: [unact],
    reason: 'narrowing',
  });
  await hub.publish('europol', subjects.report(parseFrameId(hexDigest(narrowing.bytes))), narrowing.bytes);
}

test('gateway: no answer is owed to an unseal that the hub no longer hands over, and its request is open again', async () => {
  hub.rule = ({ sections }) => sections.filter((section) => section !== 'threat');
  hub.refuse = () => undefined;
  const { id, digest } = await submitted();
  const jti = JTI.replace('a6', 'a7');
  const about = { jti, digest: 'B'.repeat(42) + 'A', id, org: 'afripol', section: 'threat' };
  await gateway.store.commit(
    () => void gateway.store.asked.receive({ ...about, purpose: 'arrest', copy: digest, at: 1, text: 't' }),
  );
  expect((await post(`/v1/requests/${jti}/grant`, {})).status).toBe(202);
  const actionIn = async () => {
    const { body } = await gateway.call('GET', `/v1/notices/${id}`);
    return (body['life'] as { readonly actions: readonly object[] }).actions;
  };
  const item = () => gateway.store.items.of('', id)[0];
  await until('the report', () => item()?.state === 'routed');
  expect(await actionIn()).toMatchObject([{ verb: 'unseal', owed: [{ org: 'afripol' }] }]);
  await publishUnact(item()?.digest ?? '');
  await until('it is settled', () => item()?.state === 'settled');
  expect(await actionIn()).toMatchObject([{ owed: [], narrowed: [{ org: 'afripol' }] }]);
  expect((await gateway.call('GET', '/v1/requests')).body).toMatchObject({
    items: [{ jti, state: 'open' }],
  });
});

test('gateway: no answer is owed to an extension that the hub no longer hands over', async () => {
  hub.refuse = () => undefined;
  const { id } = await submitted({ expiresAfter: 'P2Y' });
  const expiresAt = new Date(Date.now() + 4 * 365 * 86_400_000).toISOString().replace(/\.\d+/, '');
  const extended = await gateway.call('POST', `/v1/notices/${id}/extend`, {
    body: { reason: 'still-needed', expiresAt },
  });
  expect(extended).toMatchObject({ status: 202 });
  const item = () => gateway.store.items.of('', id)[0];
  await until('the report', () => item()?.state === 'routed');
  await publishUnact(item()?.digest ?? '');
  await until('it is settled', () => item()?.state === 'settled');
});

test('gateway: the open requests come in pages, each once, also those that arrived at the same moment', async () => {
  const { id, digest } = await submitted();
  const jtis = Array.from({ length: 5 }, (_, n) => JTI.replace('a6', `b${n}`));
  await gateway.store.commit(() => {
    for (const jti of jtis) {
      const about = { jti, digest: jti, id, org: 'afripol', section: 'threat', purpose: 'arrest' };
      gateway.store.asked.receive({ ...about, copy: digest, at: 2, text: 't' });
    }
  });
  const listed: unknown[] = [];
  for (let query = '?limit=2'; listed.length < 10; ) {
    const { body } = await gateway.call('GET', `/v1/requests${query}`);
    const items = body['items'] as readonly { readonly jti: string }[];
    expect(items.length).toBeLessThanOrEqual(2);
    listed.push(...items.map(({ jti }) => jti));
    if (body['next'] === null) break;
    query = `?limit=2&after=${body['next']}`;
  }
  expect(listed.filter((jti) => jtis.includes(String(jti)))).toEqual(jtis);
  for (const route of ['/v1/requests', '/v1/overdue'])
    for (const query of ['?limit=201', '?limit=0', '?after=x', '?before=1'])
      expect((await gateway.call('GET', `${route}${query}`)).body, `${route}${query}`).toMatchObject({
        code: 'usage',
      });
});

/** Submits a notice and waits for its report. */
async function submitted(header: object = {}): Promise<{ readonly id: string; readonly digest: string }> {
  const draft = example('red');
  const { body } = await post('/v1/notices', { ...draft, header: { ...draft.header, ...header } });
  const find = () => gateway.store.own.find(String(body['id']));
  return until('the report', () => (find()?.state === 'routed' ? find() : undefined));
}
