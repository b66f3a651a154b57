import { onTestFinished, test, expect } from 'vitest';
import { startSink } from './sink.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';

const EUROPOL = parseOrgId('europol');

test('bench sink: a report and a delivery that are repeated, as after a router was killed, count once', async () => {
  const broker = await startBroker({ orgs: ['europol', 'afripol'] });
  onTestFinished(() => broker.close());
  const router = await broker.connect('router', 'europol');
  const counts = { delivered: 0, reported: 0 };
  const sink = await startSink({
    bus: await broker.connect('gateway', 'europol'),
    org: EUROPOL,
    federation: 'test',
    signer: await readSigner(broker.home.org(EUROPOL, 'receipt.jwk')),
    onDelivered: (notices) => void (counts.delivered += notices),
    onReport: ({ items }) => void (counts.reported += items),
    onReceipts: () => {},
    onTrouble: (words) => expect.fail(words),
  });
  onTestFinished(() => sink.stop());
  const frame = (n: number): ReturnType<typeof parseFrameId> => parseFrameId(String(n).padStart(64, '0'));
  const part = Buffer.from(JSON.stringify({ type: 'notice' }));
  const report = frames.record.encode({
    statement: { statement: 'none', leaves: [{ salt: Buffer.alloc(16), part }] },
  });
  const items = ['one', 'two'].map((notice) => ({ notice }));
  const delivery = frames.delivery.encode({ statement: '', records: [], seed: new Uint8Array(), items });
  const arrive = async (n: number): Promise<void> => {
    for (const [subject, bytes] of [
      [subjects.report(frame(n)), report],
      [subjects.delivery(parseOrgId('afripol'), frame(n)), delivery],
    ] as const) {
      expect(await publishOnce(router, { subject, bytes })).toBe('stored');
    }
    await until('both to be taken', async () => (await broker.count('europol', 'IN')) === 0);
  };
  await arrive(1);
  await arrive(1);
  expect(counts).toEqual({ delivered: 2, reported: 1 });
  await arrive(2);
  expect(counts).toEqual({ delivered: 4, reported: 2 });
});
