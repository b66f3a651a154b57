import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiptSteps } from '../../../services/router/receipts/receipts.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { example, hearLog, type Json, startGateway, type Started } from '../start-gateway.js';

describe('a receipt that was recorded before its key was revoked', () => {
  let hub: TestHub;
  let europol: Started;
  let lines: readonly Json[];
  const forwarding = { isLost: false, count: 0 };

  const start = async (resendMs: number): Promise<void> => {
    const heard = hearLog();
    ({ lines } = heard);
    europol = await startGateway(hub.broker, 'europol', { log: heard.log, settings: { resendMs } });
  };

  beforeAll(async () => {
    hub = await startHub();
    const forward: typeof receiptSteps.forward = async (...about) => {
      if (forwarding.isLost) return;
      await receiptSteps.forward(...about);
      forwarding.count += 1;
    };
    await hub.open(await hub.start({ receiptSteps: { ...receiptSteps, forward } }));
  });
  afterAll(() => hub?.close());

  const show = async (href: string): Promise<Json> => (await europol.call('GET', href)).body;
  /** Submits a notice; resolves once its recipient holds it and its originator has the report. */
  const submit = async (recipient: PlayedGateway): Promise<string> => {
    const { header, sections } = example('green');
    const body = { header: { ...header, addressees: [recipient.org] }, sections };
    const href = String((await europol.call('POST', '/v1/notices', { body })).body['href']);
    await until('the delivery', () => recipient.held.length > 0);
    await until('the report', async () => (await show(href))['state'] === 'routed');
    return href;
  };
  const recorded = async () => (await hub.auditor.records()).filter(({ type }) => type === 'receipts').length;
  const answer = async (recipient: PlayedGateway): Promise<void> => {
    const [before, [held]] = [await recorded(), recipient.held];
    if (held === undefined) throw new Error('nothing is held');
    await recipient.answer(held);
    await until('the record of the receipt', async () => (await recorded()) > before);
  };
  /** Revokes the key as of now, after the second of the recording has passed. */
  const revoke = async (kid: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const revokedAt = `${new Date().toISOString().slice(0, 19)}Z`;
    await hub.amend((source) => withRevoked(source, { kid, revokedAt }));
  };

  test.each([
    ['before it was forwarded', 'interpol', true],
    ['while it waited in the stream of the originator', 'afripol', false],
  ])('settles its notice once when it was revoked %s, without a false alarm', async (_, org, isLost) => {
    const recipient = await hub.gateway(org);
    await recipient.listen();
    Object.assign(forwarding, { isLost, count: 0 });
    await start(1_000);
    const href = await submit(recipient);
    await europol.stop();
    await answer(recipient);
    if (!isLost) await until('the receipt to be forwarded', () => forwarding.count > 0);
    await revoke(recipient.receipt.kid);
    await start(1_000);
    await until('the notice to be settled', async () => (await show(href))['state'] === 'settled');
    expect((await show(href))['recipients']).toContainEqual(
      expect.objectContaining({ org, receipt: expect.objectContaining({ type: 'held', verified: true }) }),
    );
    const untrue = ['message-dropped', 'receipt-overdue', 'notice-unreceipted'];
    expect(lines.filter(({ alarm }) => untrue.includes(String(alarm)))).toEqual([]);
    await europol.stop();
  });
});

function withRevoked(
  source: DirectorySource,
  { kid, revokedAt }: { readonly kid: string; readonly revokedAt: string },
): DirectorySource {
  const organisations = Object.entries(source.organisations).map(([org, entry]) => {
    const keys = entry.keys.map((key) => (key.kid === kid ? { ...key, revokedAt } : key));
    return [org, { ...entry, keys }] as const;
  });
  return { ...source, organisations: Object.fromEntries(organisations) };
}
