import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { signNoticeApproval } from '../../../services/shared/trust/signers/notice-approval.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const EUROPOL = parseOrgId('europol');
let broker: Broker;
let hub: Hub;
let europol: Started;
let afripol: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  [europol, afripol] = await Promise.all([startGateway(broker, 'europol'), startGateway(broker, 'afripol')]);
  hub = await playHub(broker, europol.identity.directory.current());
  await hub.serve('europol', 'afripol');
});

afterAll(async () => {
  await Promise.all([europol?.stop(), afripol?.stop(), hub?.stop()]);
  await broker?.close();
});

const draft = (submittedBy = 'Ada Example') => {
  const { header, sections } = example('red');
  const neutralityReview = { reason: 'a mayor is concerned', submittedBy };
  return { header: { ...header, neutralityReview }, sections };
};
const submit = async (body: object): Promise<string> => {
  const answer = await europol.call('POST', '/v1/notices', { body });
  expect(answer).toMatchObject({ status: 202, body: { state: 'awaiting-approval' } });
  return String(answer.body['id']);
};
const show = async (id: string): Promise<Json> => (await europol.call('GET', `/v1/notices/${id}`)).body;
const held = async (id: string): Promise<Json | undefined> => {
  const { status, body } = await afripol.call('GET', `/v1/inbox/europol/${id}`);
  return status === 200 ? body : undefined;
};
/** The approval of what the gateway shows, by the key in a file. */
const approvalOf = async (id: string, key = broker.home.approver(EUROPOL, 1)): Promise<string> => {
  const { body } = await europol.call('GET', `/v1/notices/${id}/approval`);
  const claims = claimsIn(String(body['notice']).split('~', 1)[0] ?? '') as Claims;
  return signNoticeApproval(claims, { signer: await readSigner(key), now: new Date() });
};
const approve = (id: string, approval: string) =>
  europol.call('POST', `/v1/notices/${id}/approval`, { body: { approval } });

describe('a notice with break-glass', () => {
  const withBreakGlass = (reason: string) => {
    const { header, sections } = example('red');
    return { header: { ...header, breakGlass: reason }, sections };
  };
  const used = async (): Promise<readonly Json[]> =>
    (await europol.call('GET', '/v1/notices?breakGlass=used')).body['items'] as readonly Json[];
  const breakGlass = { reason: 'threat-to-life', approver: 'europol:approver:1' };

  test('waits for the approval of a person, reaches its recipients, and stays in the list of those that used it', async () => {
    const id = await submit(withBreakGlass('threat-to-life'));
    expect((await used()).filter((one) => one['id'] === id)).toEqual([]);
    const foreign = await approve(id, await approvalOf(id, broker.home.approver(parseOrgId('afripol'), 1)));
    expect([foreign.status, foreign.body['code']]).toEqual([422, 'not-approved']);
    expect((await approve(id, await approvalOf(id))).status).toBe(202);
    const copy = await until('it is held', () => held(id));
    expect(copy).toMatchObject({ header: { breakGlass: 'threat-to-life' } });
    expect(await show(id)).toMatchObject({ breakGlass, header: { breakGlass: 'threat-to-life' } });
    await europol.call('POST', `/v1/notices/${id}/withdraw`, { body: { reason: 'purpose-achieved' } });
    expect((await used()).filter((one) => one['id'] === id)).toMatchObject([
      { id, header: null, breakGlass },
    ]);
  });

  test('is refused for a reason that is not on the list, with the place', async () => {
    const { status, body } = await europol.call('POST', '/v1/notices', { body: withBreakGlass('curiosity') });
    expect([status, body['code']]).toEqual([422, 'schema-invalid']);
    expect(body['errors']).toMatchObject([{ path: '/header/breakGlass' }]);
  });
});

describe('a notice under neutrality review', () => {
  test('waits at its gateway, also over a restart, and reaches its recipients once a second person approved it', async () => {
    const id = await submit(draft());
    await europol.stop();
    europol = await startGateway(broker, 'europol');
    const other = await europol.call('POST', '/v1/notices', { body: example('green') });
    await until('a later notice is held', () => held(String(other.body['id'])));
    expect(await held(id)).toBeUndefined();
    expect((await show(id))['state']).toBe('awaiting-approval');
    const { body: found } = await europol.call('GET', '/v1/notices?state=awaiting-approval');
    expect(found['items']).toMatchObject([{ id }]);

    const approval = await approvalOf(id);
    expect(await approve(id, approval)).toMatchObject({ status: 202, body: { id, state: 'queued' } });
    const copy = await until('it is held', () => held(id));
    expect(copy).toMatchObject({ header: { approval } });
    await until('it is settled', async () => (await show(id))['state'] === 'settled');
    expect((await approve(id, approval)).status).toBe(404);
  });

  test('is in packs that verify offline, because they name the person who approved it', async () => {
    const id = await submit(draft());
    await approve(id, await approvalOf(id));
    await until('it is settled', async () => (await show(id))['state'] === 'settled');
    const path = `/v1/notices/${id}/evidence`;
    const packs = [
      (await europol.call('GET', path)).body,
      (await europol.call('GET', `${path}?recipient=afripol`)).body,
      (await afripol.call('GET', `/v1/inbox/europol/${id}/evidence`)).body,
    ];
    for (const pack of packs) {
      const text = JSON.stringify(pack);
      const { lines } = await verifyEvidence(text, { root: readAnchor(broker.home), now: new Date() });
      const said = lines.find(({ says }) => says.startsWith(`europol signed ${id}`));
      expect(said?.ok, JSON.stringify(lines)).toBe(true);
    }
  });

  test.each([
    ['no signature', async () => 'x.y.z', 'not canonical base64url'],
    [
      'a key of another use',
      (id: string) => approvalOf(id, broker.home.org(EUROPOL, 'notice.jwk')),
      'not for `approver`',
    ],
    [
      'the approver of another organisation',
      (id: string) => approvalOf(id, broker.home.approver(parseOrgId('afripol'), 1)),
      'issuer',
    ],
    ['the approval of another notice', async () => approvalOf(await submit(draft())), 'another notice'],
  ])('stays where it is with %s, and the answer names the place', async (_, approval, words) => {
    const id = await submit(draft());
    const { status, body } = await approve(id, await approval(id));
    expect([status, body['code']]).toEqual([422, 'not-approved']);
    expect(body['errors']).toMatchObject([{ path: '/approval', message: expect.stringMatching(words) }]);
    expect((await show(id))['state']).toBe('awaiting-approval');
  });

  test('is not approved by the person who submitted it', async () => {
    const id = await submit(draft('approver 1 of EUROPOL'));
    expect(await approve(id, await approvalOf(id))).toMatchObject({
      status: 422,
      body: { errors: [{ message: 'the person who submitted a notice cannot approve it' }] },
    });
    const second = await approvalOf(id, broker.home.approver(EUROPOL, 2));
    expect((await approve(id, second)).status).toBe(202);
  });

  test('is dropped by a withdrawal before its approval, and reaches no recipient', async () => {
    const id = await submit(draft());
    const approval = await approvalOf(id);
    const { body } = await europol.call('POST', `/v1/notices/${id}/withdraw`, {
      body: { reason: 'issued-in-error' },
    });
    expect(body['state']).toBe('settled');
    expect((await approve(id, approval)).status).toBe(404);
    expect((await show(id))['state']).toBe('ended');
  });

  test('is dropped by a withdrawal after a later revision took its place, and the hub gets no withdrawal', async () => {
    const id = await submit(draft());
    await europol.call('POST', `/v1/notices/${id}/revisions`, { body: draft() });
    const { body } = await europol.call('POST', `/v1/notices/${id}/withdraw`, {
      body: { reason: 'issued-in-error' },
    });
    expect(body['state']).toBe('settled');
  });

  test('is superseded by a later revision; holders keep what they have until that one is approved', async () => {
    const id = await submit(draft());
    await approve(id, await approvalOf(id));
    await until('it is settled', async () => (await show(id))['state'] === 'settled');
    const amend = () => europol.call('POST', `/v1/notices/${id}/revisions`, { body: draft() });
    expect((await amend()).body).toMatchObject({ revision: 2, state: 'awaiting-approval' });
    const early = await approvalOf(id);
    expect((await amend()).body).toMatchObject({ revision: 3, state: 'awaiting-approval' });
    expect((await approve(id, early)).status).toBe(422);
    const { revisions } = (await show(id))['life'] as { readonly revisions: readonly Json[] };
    expect(revisions.map(({ state, code }) => [state, code])).toEqual([
      ['settled', undefined],
      ['refused', 'superseded'],
      ['awaiting-approval', undefined],
    ]);
    expect((await held(id))?.['number']).toBe(revisions[0]?.['number']);
    await approve(id, await approvalOf(id));
    await until('revision 3 is held', async () => (await held(id))?.['number'] === revisions[2]?.['number']);
  });

  test('keeps no content once a later revision took its place, and no search finds it', async () => {
    const { header, sections } = draft();
    const id = await submit({ header, sections: { ...sections, identity: { familyName: 'Perlknopf' } } });
    const find = async () => (await europol.call('GET', '/v1/notices?text=perlknopf')).body['items'];
    expect(await find()).toMatchObject([{ id }]);
    await europol.call('POST', `/v1/notices/${id}/revisions`, { body: draft() });
    expect(await find()).toEqual([]);
    const { own } = europol.store;
    const kept = own
      .revisions(id)
      .map(({ seq, header: text }) => [text !== null, own.sdJwt(seq) !== undefined]);
    expect(kept).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('is refused while as many as may wait for the hub await their approval, and others are accepted', async () => {
    await submit(draft());
    await europol.stop();
    europol = await startGateway(broker, 'europol', { settings: { outboxLimit: 1 } });
    const post = (body: object) => europol.call('POST', '/v1/notices', { body });
    const other = await until('another is accepted', async () => {
      const answer = await post(example('green'));
      return answer.status === 202 && answer;
    });
    await until('it is settled', async () => (await show(String(other.body['id'])))['state'] === 'settled');
    const { status, body } = await post(draft());
    expect([status, body['code']]).toEqual([503, 'full']);
    expect(JSON.stringify(body)).toContain('await their approval');
  });
});
