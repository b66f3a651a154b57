import { afterAll, beforeAll, expect, test } from 'vitest';
import { verb } from '../../../../services/cli/notice/approval/notice-approve.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../../support/broker.js';
import { example, startGateway, type Started } from '../../../gateway/start-gateway.js';
import { listEuropol, runAsEuropol } from './run-as-europol.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: [EUROPOL, AFRIPOL] });
  gateway = await startGateway(broker, EUROPOL);
  listEuropol(broker, gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

const approve = (args: readonly string[], given: { key?: string; digest?: string; json?: boolean } = {}) =>
  runAsEuropol(broker, verb, { args, ...given });

test('cli notice approve: lists what waits, shows all that is signed, and approves it with the key of an approver alone', async () => {
  const { header, sections } = example('red');
  const neutralityReview = { reason: 'a mayor is concerned', submittedBy: 'Ada Example' };
  const { body } = await gateway.call('POST', '/v1/notices', {
    body: { header: { ...header, neutralityReview }, sections },
  });
  const id = String(body['id']);
  expect(JSON.parse((await approve([])).text)).toMatchObject({ items: [{ id, state: 'awaiting-approval' }] });

  const shown = JSON.parse((await approve([id])).text) as { readonly digest: string };
  const { digest } = shown;
  expect(shown).toMatchObject({ header: { id }, routing: { neutralityReview }, sections });
  const { text } = await approve([id], { json: false });
  for (const words of ['a mayor is concerned', 'Ada Example', 'narrative', header.classification, digest])
    expect(text).toContain(words);

  const foreign = approve([id], { digest, key: broker.home.approver(AFRIPOL, 1) });
  await expect(foreign).rejects.toMatchObject({ code: 'usage', details: [{ path: '--key' }] });
  const other = approve([id], { digest, key: broker.home.org(EUROPOL, 'notice.jwk') });
  await expect(other).rejects.toMatchObject({ code: 'key-invalid' });
  const own = await approve([id], { digest, key: broker.home.approver(EUROPOL, 1) });
  expect([own.code, JSON.parse(own.text)]).toMatchObject([0, { id, state: 'queued' }]);
  await expect(approve([id])).rejects.toMatchObject({ code: 'not-found' });
});

test('cli notice approve: signs only what was shown, also when the notice was amended since', async () => {
  const { header, sections } = example('red');
  const neutralityReview = { reason: 'a mayor is concerned', submittedBy: 'Ada Example' };
  const body = { header: { ...header, neutralityReview }, sections };
  const id = String((await gateway.call('POST', '/v1/notices', { body })).body['id']);
  const { digest } = JSON.parse((await approve([id])).text) as { readonly digest: string };
  await gateway.call('POST', `/v1/notices/${id}/revisions`, { body });
  const key = broker.home.approver(EUROPOL, 1);
  for (const given of [{ key }, { key, digest }])
    await expect(approve([id], given)).rejects.toMatchObject({
      code: 'usage',
      details: [{ path: '--digest' }],
    });
  expect(JSON.parse((await approve([])).text)).toMatchObject({ items: [{ id, state: 'awaiting-approval' }] });
});
