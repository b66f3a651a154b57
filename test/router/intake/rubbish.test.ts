import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChance } from '../../../services/shared/kernel/chance.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { Outgoing } from '../../../services/shared/wire/subjects.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

/** Fewer than the entries that the quarantine takes of one organisation without a pause. */
const COUNT = 150;

/** Returns messages that begin like frames, and are none: of a later contract, cut, changed, empty, with long numbers. */
function rubbish(seed: number, valid: Uint8Array): readonly Uint8Array[] {
  const chance = createChance(seed);
  const random = (): Buffer => Buffer.from(chance.hex(chance.whole(0, 400)), 'hex');
  const flipped = (): Buffer => {
    const bytes = Buffer.from(valid);
    const at = chance.whole(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << chance.whole(0, 7)), at);
    return bytes;
  };
  const kinds = [
    () => Buffer.concat([Buffer.from([0x08, chance.whole(2, 127)]), random()]),
    () => Buffer.concat([Buffer.from([0x08, 0xff, 0xff, 0xff, 0xff, 0x0f]), random()]),
    () => Buffer.concat([Buffer.from([0x08]), Buffer.alloc(chance.whole(1, 12), 0xff), random()]),
    () => Buffer.concat([Buffer.from([0x08, 0x01]), random()]),
    () => Buffer.from(valid.subarray(0, chance.whole(0, valid.length - 1))),
    flipped,
    () => Buffer.alloc(0),
  ];
  return Array.from({ length: COUNT }, (_, index) => (kinds[index % kinds.length] ?? flipped)());
}

describe('router: messages that begin like frames and are none', () => {
  let hub: TestHub;
  let router: TestRouter;
  const gateways = new Map<string, PlayedGateway>();
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
    router = await hub.start();
    await hub.open(router);
    for (const org of ['europol', 'interpol', 'afripol']) {
      const gateway = await hub.gateway(org);
      await gateway.listen();
      gateways.set(org, gateway);
    }
  });
  afterAll(() => hub.close());

  const gateway = (org: string): PlayedGateway => gateways.get(org) as PlayedGateway;
  const left = (org: string) => hub.broker.count(org, 'OUT');

  /** Publishes rubbish of one class, then a notice and a question; resolves when both are answered and nothing is left. */
  async function expectPassed(of: Outgoing, org: string, valid: Uint8Array): Promise<number> {
    const sender = gateway(org);
    for (const bytes of rubbish(7, valid)) await sender.publish(of, bytes);
    const begun = performance.now();
    const sent = await sender.frame([await sender.issue()]);
    await sender.send(sent);
    expect((await sender.reportOn(sent)).notices).toHaveLength(1);
    expect((await sender.ask({ type: 'status', jtis: [] }))['type']).toBe('status');
    await until('the queue to be empty', async () => (await left(org)) === 0);
    return performance.now() - begun;
  }

  test('in the place of submissions hold up no frame behind them', async () => {
    const { submission } = await gateway('europol').frame([await gateway('europol').issue()]);
    const ms = await expectPassed('submission', 'europol', frames.submissionFrame.encode({ submission }));
    console.log(`submissions: the notice behind ${COUNT} was reported after ${Math.round(ms)} ms`);
    const reasons = new Set((await quarantined(router.core)).map(({ reason }) => reason));
    expect(reasons).not.toContain('contract-unknown');
    expect(reasons).toContain('frame-unreadable');
  });

  test('in the place of receipts hold up no frame behind them', async () => {
    const bytes = frames.receipt.encode({
      statement: 'e30.e30.AA',
      receipts: [{ statement: 'e30.e30.AA' }],
      changes: [],
    });
    const ms = await expectPassed('receipt', 'interpol', bytes);
    console.log(`receipts: the notice behind ${COUNT} was reported after ${Math.round(ms)} ms`);
  });

  test('in the place of questions hold up no question behind them', async () => {
    const ms = await expectPassed('query', 'afripol', frames.query.encode({ query: 'e30.e30.AA' }));
    console.log(`questions: the notice behind ${COUNT} was reported after ${Math.round(ms)} ms`);
  });
});

test('router: while its gate is closed, what is no question is dropped, and a question behind it is answered', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'], auditor: false });
  const router = await hub.start();
  const europol = await hub.gateway('europol');
  await europol.listen();
  await until('a closed gate', () => router.reasons().length > 0);
  for (let count = 0; count < 40; count += 1)
    await europol.publish('query', Buffer.from([0x08, 0x2a, count]));
  expect((await europol.ask({ type: 'status', jtis: [] }))['type']).toBeDefined();
  await until('the queue to be empty', async () => (await hub.broker.count('europol', 'OUT')) === 0);
  expect(await quarantined(router.core)).toEqual([]);
});
