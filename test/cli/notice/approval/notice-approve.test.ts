import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verb } from '../../../../services/cli/notice/approval/notice-approve.js';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../../support/broker.js';
import { example, startGateway, type Started } from '../../../gateway/start-gateway.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let gateway: Started;
beforeAll(async () => {
  broker = await startBroker({ orgs: [EUROPOL, AFRIPOL] });
  gateway = await startGateway(broker, EUROPOL);
  const url = 'http://127.0.0.1:1';
  const run = { nats: broker.url, monitor: url, auditor: url, router: url, metrics: {}, processes: {} };
  const gateways = { europol: gateway.gateway.url };
  writeFileSync(broker.home.run, JSON.stringify({ ...run, gateways, pid: process.pid }));
});
afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

/** Runs the verb; returns its exit code and what it prints. */
async function approve(
  args: readonly string[],
  { json = true, ...given }: { key?: string; digest?: string; json?: boolean } = {},
) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY: false } as never;
  const output = createOutput({ stdout: stream, stderr: process.stderr, env: {}, json });
  const options = { org: 'europol', ...given };
  const call = { args, options, home: broker.home, env: {}, stopping: new AbortController().signal };
  const code = await verb.run({ ...call, output });
  return { code, text: written.join('') };
}

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
