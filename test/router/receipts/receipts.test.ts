import { rmSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { loseLedger } from '../../support/streams/lose-ledger.js';
import type { Held, PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a receipt', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let held: Held;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await until('a delivery', () => interpol.held.length === 1);
    held = interpol.held[0] as Held;
  });
  afterAll(() => hub.close());

  const reasons = async () => (await quarantined(router.core)).map(({ org, reason }) => `${org} ${reason}`);
  const receiptRecords = async () =>
    (await hub.auditor.records()).flatMap((record) => (record.type === 'receipts' ? record.receipts : []));

  test('is recorded before it is forwarded, and counts once however often it arrives', async () => {
    const frame = await interpol.answer(held, { evidence: null });
    await until('the receipt', () => europol.receipts.length === 1);
    expect(europol.receipts[0]).toMatchObject({ recipient: 'interpol', delivery: held.frame });
    await until('the auditor', async () => (await receiptRecords()).length === 1);
    expect((await receiptRecords())[0]).toMatchObject({ recovered: false });
    await until('the frame to be gone', async () => (await hub.broker.count('interpol', 'OUT')) === 0);
    expect(frame).toMatch(/^[0-9a-f]{64}$/);
    await until('the event', () =>
      hub.events.some(({ event, ...about }) => event === 'received' && about['kind'] === 'red'),
    );
  });

  test('of a member that was not sent the notice is quarantined and not forwarded', async () => {
    const afripol = await hub.gateway('afripol');
    const before = europol.receipts.length;
    const stranger = { ...held, frame: '0'.repeat(64) as Held['frame'] };
    await afripol.answer(stranger, { evidence: null });
    // Another recipient's statement proves nothing for this one.
    await afripol.answer(stranger, { evidence: held.statement });
    const mine = { ...held.said, frame: stranger.frame, recipient: afripol.org };
    const forged = await signDelivery(mine, { signer: afripol.notice, now: hub.clock() });
    await afripol.answer(stranger, { evidence: forged });
    await until('the quarantine', async () => (await reasons()).length >= 3);
    expect(await reasons()).toEqual(Array.from({ length: 3 }, () => 'afripol delivery-unknown'));
    const securityEvents = () =>
      hub.events.filter(({ event, code }) => event === 'security' && code === 'delivery-unknown');
    // Status events follow the work.
    await until('the security events', () => securityEvents().length >= 3);
    expect(securityEvents()).toHaveLength(3);
    expect(europol.receipts).toHaveLength(before);
  });

  test('for a delivery that the ledger lost is recorded as recovered, with the statement that proves it', async () => {
    // The report, its receipt, and the quarantine records for the three other receipts.
    await until('the auditor', async () => (await hub.auditor.records()).length === 5);
    await router.stop();
    rmSync(hub.broker.home.hub('router', 'router.db'));
    // Only the newest record of each organisation is left, and a second frame and its receipt replace the first.
    const other = await europol.frame([await europol.issue()]);
    router = await hub.start();
    await hub.open(router);
    await europol.send(other);
    await until('a delivery', () => interpol.held.length === 2);
    await interpol.answer(interpol.held[1] as Held);
    await until('its receipt', () => europol.receipts.some(({ delivery }) => delivery === other.id));
    await router.stop();
    rmSync(hub.broker.home.hub('router', 'router.db'));
    router = await hub.start({ readArchive: async () => [] });
    await hub.open(router);
    await interpol.answer(held, { evidence: null });
    await until('the quarantine', async () => (await reasons()).includes('interpol delivery-unknown'));
    const before = europol.receipts.length;
    hub.clock.move(1_000);
    await interpol.answer(held);
    await until('the receipt', () => europol.receipts.length > before);
    await until('the auditor', async () => (await receiptRecords()).some(({ recovered }) => recovered));
  });

  test('for a delivery that the ledger lost counts only if it names the notice that its recorded action is about', async () => {
    const [id, other] = [parseNoticeId(uuidv7()), parseNoticeId(uuidv7())];
    const notice = await europol.issue({ id, number: Date.now() });
    await europol.send(await europol.frame([notice]));
    const action = await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' });
    const sent = await europol.frame([action]);
    await europol.send(sent);
    const copy = await until('the withdrawal', () => interpol.held.find(({ frame }) => frame === sent.id));
    router = await loseLedger(hub, router);
    await europol.send(await europol.frame([notice]));
    await europol.send(await europol.frame([action]));
    const name = digest(action.action?.statement ?? '');
    await until('the action on the ledger', () => router.store.actions.byDigest('europol', name));
    const before = (await quarantined(router.core)).length;
    const said = { digest: name, type: 'destroyed', before: null, after: null } as const;
    await interpol.answer(copy, { content: { actions: [{ ...said, id: other }] } });
    await until('the quarantine', async () => (await quarantined(router.core)).length > before);
    expect((await quarantined(router.core)).at(-1)).toMatchObject({ reason: 'delivery-unknown' });
    await interpol.answer(copy, { content: { actions: [{ ...said, id }] } });
    await until('the receipt', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    expect(router.store.actions.answersOn('europol', other)).toEqual([]);
  });
});
