import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jtiOf, parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { type ChangedNotice, signChange } from '../../../services/shared/ledger/receipt/change.js';
import type { ReceiptType } from '../../../services/shared/kernel/receipt-types.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { Held, PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: of a recipient that signs one receipt after the other', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
  });
  afterAll(() => hub.close());

  const delivered = async (): Promise<Held> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    const found = () => interpol.held.find(({ frame }) => frame === sent.id);
    await until('a delivery', () => found() !== undefined);
    return found() as Held;
  };
  let signed = 0;
  /** Signs receipts that differ in their time too. */
  const sign = (held: Held, type: ReceiptType): Promise<string> => {
    signed += 1;
    return interpol.receiptFor(held, { type, at: new Date(hub.clock().getTime() - signed * 1_000) });
  };
  const isOver = () =>
    until('OUT to be empty', async () => (await hub.broker.count('interpol', 'OUT')) === 0);
  const send = async (...tokens: readonly string[]): Promise<void> => {
    await interpol.sendReceipts(tokens.map((statement) => ({ statement })));
    await isOver();
  };
  const ledger = async () => Number(await hub.broker.count('CORE', 'LEDGER'));
  const arrived = ({ frame }: Held) => europol.receipts.filter(({ delivery }) => delivery === frame);
  /** How many receipts were forwarded for a frame; one that arrives twice, as after a crash, counts once. */
  const forwarded = (held: Held) => new Set(arrived(held).map(({ digest }) => digest)).size;
  const EVENTS = ['received', 'rejected', 'destroyed', 'kept'];
  const eventsOf = ({ frame }: Held) =>
    hub.events.flatMap((event) =>
      event['frame'] === frame && EVENTS.includes(event.event) ? [event['outcome']] : [],
    );
  const inRouter = ({ frame }: Held) => router.store.deliveries.receiptsOf('europol', frame).length;

  test('the first is recorded, forwarded and published as an event, and those that say the same are not', async () => {
    const held = await delivered();
    await send(await sign(held, 'held'));
    const before = await ledger();
    await send(await sign(held, 'held'));
    await send(await sign(held, 'held'), await sign(held, 'held'));
    // Events arrive in order: the last one shows that the others did not come.
    await send(await sign(held, 'kept'));
    await until('the new receipt', () => forwarded(held) === 2);
    await until('the new event', () => eventsOf(held).length === 2);
    expect(eventsOf(held)).toEqual(['held', 'kept']);
    // Each frame is on the ledger with its statement, what it repeats is not.
    expect(await ledger()).toBe(before + 3);
    expect(inRouter(held)).toBe(2);
  });

  test('only one of several equal ones in a frame counts', async () => {
    const held = await delivered();
    await send(await sign(held, 'held'), await sign(held, 'held'), await sign(held, 'destroyed'));
    await until('both', () => forwarded(held) === 2);
    await until('both events', () => eventsOf(held).length === 2);
    expect(eventsOf(held)).toEqual(['held', 'destroyed']);
    expect(inRouter(held)).toBe(2);
  });

  test('each further outcome of a notice is recorded once', async () => {
    const held = await delivered();
    const turns = ['rejected', 'held', 'kept', 'destroyed', 'not-held', 'superseded'] as const;
    for (const type of [...turns, ...turns]) await send(await sign(held, type));
    await until('all', () => forwarded(held) === turns.length);
    await until('all events', () => eventsOf(held).length === turns.length);
    expect(inRouter(held)).toBe(turns.length);
  });

  test('changes that repeat the last one, or are about deliveries that never were, are neither recorded nor forwarded', async () => {
    const held = await delivered();
    await send(await sign(held, 'held'));
    let turn = 0;
    const changed = (about: Partial<ChangedNotice> = {}): Promise<string> => {
      turn += 1;
      const { jti } = held.parts[0]!;
      const entry = { frame: held.frame, index: 0, jti, type: 'destroyed', before: null, ...about } as const;
      const now = new Date(hub.clock().getTime() - turn * 1_000);
      const to = { federation: hub.directory().federation, originator: europol.org, changes: [entry] };
      return signChange({ recipient: interpol.org, ...to }, { signer: interpol.receipt, now });
    };
    const recorded = async () =>
      (await hub.auditor.records()).flatMap((one) => (one.type === 'receipts' ? one.changes : [])).length;
    await interpol.sendReceipts([], [await changed(), await changed()]);
    await until('the first one', async () => (await recorded()) === 1);
    for (let at = 0; at < 3; at += 1) {
      await interpol.sendReceipts([], [await changed()]);
      await interpol.sendReceipts([], [await changed({ jti: jtiOf(parseNoticeId(uuidv7()), 1) })]);
    }
    await interpol.sendReceipts([], [await changed({ type: 'kept' })]);
    await until('the last one', async () => (await recorded()) >= 2);
    await isOver();
    expect(await recorded()).toBe(2);
    const arrived = () => europol.forwards.flatMap(({ changes }) => changes ?? []);
    await until('both', () => arrived().length >= 2);
    expect(arrived()).toHaveLength(2);
  });

  test('the very same bytes are forwarded again, as after a crash, and recorded once', async () => {
    const held = await delivered();
    const bytes = await interpol.frameReceipts([{ statement: await sign(held, 'held') }]);
    await interpol.publish('receipt', bytes);
    await isOver();
    const before = await ledger();
    await interpol.publish('receipt', bytes);
    await until('it again', () => arrived(held).length === 2);
    expect(await ledger()).toBe(before);
    expect(eventsOf(held)).toEqual(['held']);
  });
});

test('router: a recipient that floods with receipts that say nothing new slows down only itself', async () => {
  await using hub = await startHub({ orgs: ['europol', 'interpol'] });
  const router = await hub.start();
  await hub.open(router);
  const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await Promise.all([europol.listen(), interpol.listen()]);
  await europol.send(await europol.frame([await europol.issue()]));
  await until('a delivery', () => interpol.held.length === 1);
  const [held] = interpol.held as readonly [Held];
  await interpol.answer(held);
  await until('the receipt', () => europol.receipts.length === 1);
  // The clock is frozen, so that no new tokens arrive.
  hub.clock.freeze(true);
  for (let at = 1; at <= 105; at += 1) {
    const before = new Date(hub.clock().getTime() - at * 1_000);
    await interpol.sendReceipts([{ statement: await interpol.receiptFor(held, { at: before }) }]);
  }
  const left = () => hub.broker.count('interpol', 'OUT');
  await until('the first 100', async () => (await left()) === 5);
  const sent = await europol.frame([await europol.issue()]);
  await europol.send(sent);
  expect((await europol.reportOn(sent)).notices).toHaveLength(1);
  expect(await left()).toBe(5);
  hub.clock.freeze(false);
  await until('the rest', async () => (await left()) === 0);
  // A receipt that arrives twice, as after a crash, counts once.
  expect(new Set(europol.receipts.map(({ digest }) => digest)).size).toBe(1);
});
