import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sources } from '../../services/shared/bus/streams.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { frames } from '../../services/shared/wire/frames.js';
import { startHub, type TestHub } from '../support/hub.js';
import { until } from '../support/until.js';
import { masked, type Received, viewOf } from './recipient-view.js';
import { example, type Json, startGateway, type Started } from './start-gateway.js';

let hub: TestHub;
let europol: Started;

beforeAll(async () => {
  hub = await startHub();
  await hub.open(await hub.start());
  europol = await startGateway(hub.broker, 'europol');
});

afterAll(async () => {
  await europol?.stop();
  await hub?.close();
});

const HIDDEN = ['interpol', 'interpol', 'interpol', 'interpol', 'interpol'];
const ALL = ['afripol', ...HIDDEN, 'afripol'];
const SEEN = ['afripol', 'afripol'];

describe('gateway: with or without notices that a recipient may not see', () => {
  test('the messages that it gets are the same, one after the other', async () => {
    const bus = await hub.broker.connect('gateway', 'afripol');
    await drain(bus, 0);
    const [without, among] = [await submittedTo(SEEN, bus), await submittedTo(ALL, bus)];
    expect(without).toHaveLength(2);
    expect(among.map(viewOf)).toEqual(without.map(viewOf));
    expectTimes([...without, ...among].flatMap(headersIn));
    await bus.close();
  });

  test('the message that it gets is the same when all were in one frame', async () => {
    const interpol = await hub.gateway('interpol');
    const bus = await hub.broker.connect('gateway', 'afripol');
    const toEuropol = () => interpol.issue({ header: { addressees: ['europol'] } });
    // A report names the position of its frame among the messages of its originator; this makes it one of two digits.
    for (let sent = 0; sent < 10; sent += 1) await interpol.send(await interpol.frame([await toEuropol()]));
    const inOneFrame = async (recipients: readonly string[]): Promise<readonly Received[]> => {
      const issued = recipients.map((to) =>
        interpol.issue({ number: Date.now(), header: { addressees: [to === 'interpol' ? 'europol' : to] } }),
      );
      await interpol.send(await interpol.frame(await Promise.all(issued)));
      return drain(bus, 1);
    };
    expect((await inOneFrame(ALL)).map(viewOf)).toEqual((await inOneFrame(SEEN)).map(viewOf));
    await bus.close();
  });

  test('its inbox is the same, apart from how many it held before', async () => {
    const afripol = await startGateway(hub.broker, 'afripol');
    const shown = async (recipients: readonly string[]): Promise<readonly Json[]> => {
      const ids = await submitted(recipients);
      const items = async () => (await afripol.call('GET', '/v1/inbox')).body['items'] as readonly Json[];
      const mine = async () => (await items()).filter(({ id }) => ids.includes(String(id)));
      await until('both are held', async () => (await mine()).length === 2);
      const [first, second] = await mine();
      expect(Number(first?.['seq']) - Number(second?.['seq'])).toBe(1);
      return mine();
    };
    const without = await shown(SEEN);
    const among = await shown(ALL);
    const view = (rows: readonly Json[]) => rows.map(({ seq: _seq, ...row }) => masked(row));
    expect(view(among)).toEqual(view(without));
    expectTimes([...without, ...among].map(({ header }) => header as Json));
    await afripol.stop();
  });
});

/** Submits notices one by one, each after the report on the previous one; returns their ids. */
async function submitted(recipients: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const to of recipients) {
    const { header, sections } = example('red');
    const body = { header: { ...header, addressees: [to] }, sections };
    const { body: answer } = await europol.call('POST', '/v1/notices', { body });
    const href = String(answer['href']);
    await until('a report', async () => (await europol.call('GET', href)).body['state'] !== 'queued');
    ids.push(String(answer['id']));
  }
  return ids;
}

async function submittedTo(recipients: readonly string[], bus: Bus): Promise<readonly Received[]> {
  await submitted(recipients);
  return drain(bus, recipients.filter((to) => to === 'afripol').length);
}

/** Reads IN until this many deliveries arrived, without the hub's announcements to all. */
async function drain(bus: Bus, deliveries: number): Promise<readonly Received[]> {
  const taken: Received[] = [];
  const consumer = await bus.js.consumers.get(sources.in.stream, sources.in.consumer);
  while (taken.length < deliveries) {
    const message = await consumer.next({ expires: 1_000 });
    if (message === null) continue;
    await message.ackAck();
    const { subject, data: bytes, headers } = message;
    if (subject.startsWith('in.delivery.')) taken.push({ subject, bytes, headers: headers?.keys() ?? [] });
  }
  return taken;
}

/** Expects each number to be the signing time of its notice. */
function expectTimes(headers: readonly Json[]): void {
  for (const { number, issuedAt } of headers) {
    expect(Math.floor(Number(number) / 1000)).toBe(Date.parse(String(issuedAt)) / 1000);
  }
}

function headersIn({ bytes }: Received): readonly Json[] {
  return frames.delivery.decode(bytes).items.map(({ notice: sdJwt }) => {
    const payload = sdJwt?.split('.')[1] ?? '';
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly notice: Json }).notice;
  });
}
