import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPEN, startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
let hub: TestHub;
let sender: Started;
let present: PlayedGateway;
let away: Started;

beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
  await hub.policy('europol/export.cedar', OPEN('eur-export'));
  for (const org of ['interpol', 'afripol']) await hub.policy(`${org}/import.cedar`, OPEN(`${org}-import`));
  // No frame is offered again during the test: an offer with the report on it would ask every recipient once more, because the
  // router cannot know whether the originator can still check a receipt for the earlier frame (test/router/frames/retry.test.ts).
  const settings = { sweepMs: 50, resendMs: 120_000, askMs: 300 };
  sender = await startGateway(hub.broker, 'europol', { clock: hub.clock, settings });
  present = await hub.gateway('interpol');
  await present.listen({ receipts: true });
});

afterAll(async () => {
  await Promise.all([sender?.stop(), away?.stop()]);
  await hub?.close();
});

async function submit(days: number): Promise<string> {
  const { header, sections } = example('red');
  const about = { expiresAfter: `P${days}D`, reviewAfter: 'P1D', addressees: ['interpol', 'afripol'] };
  const body = { header: { ...header, ...about }, sections };
  return String((await sender.call('POST', '/v1/notices', { body })).body['id']);
}

test('a notice beside an erased one reaches an absent recipient on its return, once; a recipient that has answered does not get it again', async () => {
  const stateOf = (id: string): string | undefined => sender.store.own.find(id)?.state;
  const frameOf = (id: string): number | null => sender.store.own.find(id)?.frame ?? null;
  const [short, long] = await until('two notices in one frame', async () => {
    // A frame that was sent holds the next notices back until its report, but for a second at most.
    const first = await submit(30);
    await until('the first frame', () => frameOf(first) !== null);
    const pair = [await submit(1), await submit(30)] as const;
    await until('the second frame', () => frameOf(pair[1]) !== null);
    return frameOf(pair[0]) === frameOf(pair[1]) && pair;
  });
  const router = await hub.start();
  await hub.open(router);
  const receiptsOf = (id: string): readonly string[] =>
    sender.store.settlement.receiptsOf(sender.store.own.find(id)?.seq ?? 0).map(({ org }) => org);
  await until('one recipient has answered', () => receiptsOf(long).length === 1);
  const before = frameOf(long);

  hub.clock.move(2 * DAY);
  await until('it has ended', () => stateOf(short) === 'ended');
  expect(sender.store.own.sdJwt(sender.store.own.find(short)?.seq ?? 0)).toBeUndefined();
  await until('the other is in a frame of its own', () => ![before, null].includes(frameOf(long)));
  const reports = () => sender.store.settlement.recordsOf(sender.store.own.find(long)?.seq ?? 0);
  await until('both of its frames are reported on', () => reports().length === 2);

  const settings = { sweepMs: 50 };
  away = await startGateway(hub.broker, 'afripol', { clock: hub.clock, settings });
  await until('the other is settled', () => stateOf(long) === 'settled');
  expect(receiptsOf(long)).toEqual(['afripol', 'interpol']);
  expect(away.store.inbox.search({ limit: 9 }).rows.filter(({ id }) => id === long)).toHaveLength(1);
  const copies = present.held.filter(({ parts }) => parts.some(({ jti }) => jti.startsWith(`${long}.`)));
  expect(copies).toHaveLength(1);
  expect(
    hub.events.filter(({ event, jti }) => event === 'submitted' && String(jti).startsWith(`${long}.`)),
  ).toHaveLength(1);
  expect([sender.store.rejected(), away.store.rejected()]).toEqual([[], []]);
});
