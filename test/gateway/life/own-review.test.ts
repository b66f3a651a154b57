import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUnreviewedReport } from '../../../services/gateway/life/unreviewed.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { signReview } from '../../../services/shared/trust/signers/break-glass-review.js';
import { signNoticeApproval } from '../../../services/shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

interface Revision {
  readonly id: string;
  readonly jti: string;
}

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let gateway: Started;
/** A revision in the only frame that the gateway makes: it makes no other until that one was sent. */
let sent: Revision;
beforeAll(async () => {
  broker = await startBroker({ orgs: [EUROPOL, AFRIPOL] });
  gateway = await startGateway(broker, EUROPOL, { offline: true });
  sent = await useBreakGlass();
  await until('it is in a frame', () => gateway.store.own.find(sent.id)?.frame === 1);
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

const post = (path: string, body: unknown) => gateway.call('POST', `/v1/notices${path}`, { body });
const show = async (id: string): Promise<Json> => (await gateway.call('GET', `/v1/notices/${id}`)).body;
const unreviewed = async (): Promise<readonly unknown[]> => {
  const { body } = await gateway.call('GET', '/v1/notices?breakGlass=unreviewed');
  return (body['items'] as readonly Json[]).map(({ id }) => id);
};

/** Submits a notice with break-glass that approver 1 used; returns its id and revision. */
async function useBreakGlass(): Promise<Revision> {
  const { header, sections } = example('red');
  const { body } = await post('', { header: { ...header, breakGlass: 'threat-to-life' }, sections });
  const id = String(body['id']);
  const awaiting = (await gateway.call('GET', `/v1/notices/${id}/approval`)).body['notice'];
  const claims = claimsIn(String(awaiting).split('~', 1)[0] ?? '') as Claims;
  const signer = await readSigner(broker.home.approver(EUROPOL, 1));
  const approval = await signNoticeApproval(claims, { signer, now: new Date() });
  expect((await post(`/${id}/approval`, { approval })).status).toBe(202);
  return { id, jti: String(claims['jti']) };
}
const signed = async (jti: string, key = second(), finding = 'unjustified'): Promise<string> =>
  signReview({ jti, finding }, { signer: await readSigner(key), federation: 'demo', now: new Date() });
const second = (): string => broker.home.approver(EUROPOL, 2);

describe('a review of break-glass', () => {
  test('by another approver is signed, stored and shown with its finding, also after the end of the notice', async () => {
    const { id, jti } = sent;
    await post(`/${id}/withdraw`, { reason: 'purpose-achieved' });
    expect(await unreviewed()).toContain(id);
    const { status, body } = await post(`/${id}/review`, { review: await signed(jti) });
    expect([status, body]).toMatchObject([202, { verb: 'review', reason: 'unjustified', state: 'queued' }]);
    expect(await unreviewed()).not.toContain(id);
    const reason = 'threat-to-life';
    const approver = 'europol:approver:1';
    expect(await show(id)).toMatchObject({ breakGlass: { reason, approver, finding: 'unjustified' } });
  });

  test('is refused with the place by the person who used it, and by any other key', async () => {
    const { id, jti } = await useBreakGlass();
    const { home } = broker;
    for (const [key, words] of [
      [home.approver(EUROPOL, 1), 'cannot review it'],
      [home.approver(AFRIPOL, 1), 'issuer'],
      [home.org(EUROPOL, 'notice.jwk'), 'not for `approver`'],
    ] as const) {
      const { status, body } = await post(`/${id}/review`, { review: await signed(jti, key) });
      expect([status, body['code']]).toEqual([422, 'not-approved']);
      expect(body['errors']).toMatchObject([{ path: '/review', message: expect.stringContaining(words) }]);
    }
    expect(await unreviewed()).toContain(id);
  });

  test('is refused with the place for a revision that ended before it was sent', async () => {
    const { id, jti } = await useBreakGlass();
    await post(`/${id}/withdraw`, { reason: 'purpose-achieved' });
    const { status, body } = await post(`/${id}/review`, { review: await signed(jti) });
    expect([status, body['code']]).toEqual([422, 'not-approved']);
    const message = expect.stringContaining('before it was sent') as string;
    expect(body['errors']).toMatchObject([{ path: '/review', message }]);
  });

  test('is refused for a notice without break-glass, and for another finding than those of the list', async () => {
    const { id, jti } = await useBreakGlass();
    const plain = await post('', example('red'));
    const other = String(plain.body['id']);
    const of = `${other}.${String((await show(other))['number'])}`;
    expect((await post(`/${other}/review`, { review: await signed(of) })).status).toBe(422);
    const vague = await signed(jti, undefined, 'perhaps');
    expect((await post(`/${id}/review`, { review: vague })).status).toBe(422);
  });

  test('that is missing after its time raises an alarm, which ends with the last review', async () => {
    const { id, jti } = await useBreakGlass();
    const at = Date.parse(String((await show(id))['submittedAt']));
    const [alarms, time] = [alarmsFor(), { now: at + 3_599_999 }];
    const clock = (): Date => new Date(time.now);
    const report = createUnreviewedReport({ store: gateway.store, clock, alarms, reviewMs: 3_600_000 });
    const listed = (): readonly string[] => {
      report();
      return alarms.list().map(({ alarm }) => alarm);
    };
    for (const other of await unreviewed()) {
      if (other === id) continue;
      const of = `${String(other)}.${String((await show(String(other)))['number'])}`;
      expect((await post(`/${String(other)}/review`, { review: await signed(of) })).status).toBe(202);
    }
    expect(listed()).toEqual([]);
    time.now += 1;
    expect(listed()).toEqual(['break-glass-unreviewed']);
    expect((await post(`/${id}/review`, { review: await signed(jti) })).status).toBe(202);
    expect(listed()).toEqual([]);
  });
});
