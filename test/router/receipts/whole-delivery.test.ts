import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReceiptContent } from '../../../services/shared/ledger/receipt/receipt.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { signChange } from '../../../services/shared/ledger/receipt/change.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { quarantined } from '../../support/hub-reads.js';
import type { Held, PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: a delivery and the receipt for all of it', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
  });
  afterAll(() => hub.close());

  const heldOf = ({ id }: Sent): readonly Held[] => interpol.held.filter(({ frame }) => frame === id);
  let sends = 0;
  /** Offers a frame until OUT takes it; resolves with its delivery, once nothing of it is under way. */
  const deliver = async (sent: Sent): Promise<Held> => {
    const before = heldOf(sent).length;
    hub.clock.move(1_000);
    sends += 1;
    const traceparent = `00-${String(sends).padStart(32, '0')}-${'1'.repeat(16)}-01`;
    const bytes = frames.submissionFrame.encode({ submission: sent.submission, traceparent });
    const message = { subject: subjects.out('submission', sent.id), bytes };
    await until('the frame to be taken', async () => (await publishOnce(europol.bus, message)) === 'stored');
    const copy = await until('a delivery', () => heldOf(sent)[before]);
    const isEmpty = async (org: string, stream: string) => (await hub.broker.count(org, stream)) === 0;
    await until(
      'both to be acknowledged',
      async () => (await isEmpty('europol', 'OUT')) && (await isEmpty('interpol', 'IN')),
    );
    return copy;
  };
  const frameOf = async (count: number): Promise<Sent> =>
    europol.frame(await Promise.all(Array.from({ length: count }, () => europol.issue())));
  const reasons = async () => (await quarantined(router.core)).map(({ reason }) => reason);
  const happened = (fact: string, value: string): number =>
    hub.events.filter((event) => event[fact] === value).length;

  test('have the same root after a retry, and at a router that has only read the ledger', async () => {
    const sent = await frameOf(3);
    const first = await deliver(sent);
    const again = await deliver(sent);
    await until('the auditor', async () => (await hub.auditor.records()).length >= 1);
    await router.stop();
    rmSync(hub.broker.home.hub('router', 'router.db'));
    router = await hub.start();
    await hub.open(router);
    const elsewhere = await deliver(sent);
    for (const { said } of [again, elsewhere])
      expect([said.records, said.root, said.size]).toEqual([first.said.records, first.said.root, 3]);
  });

  test('name a narrowing as well once it is recorded; the receipts for both deliveries are forwarded', async () => {
    const sent = await frameOf(2);
    const wide = await deliver(sent);
    const only = `forbid (principal, action == Action::"disclose", resource) unless { context.section == Section::"identity" };`;
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + rule('int-import-only', only));
    const narrow = await deliver(sent);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
    expect(narrow.said.records).toHaveLength(2);
    expect(narrow.said.records[0]).toBe(wide.said.records[0]);
    expect(narrow.parts.map(({ sections }) => sections)).toEqual([['identity'], ['identity']]);
    // Permitted again, and still as narrow as the ledger says.
    const again = await deliver(sent);
    expect([again.said.records, again.said.root]).toEqual([narrow.said.records, narrow.said.root]);
    for (const held of [wide, narrow]) await interpol.answer(held, { evidence: null });
    const answered = () => europol.receipts.filter(({ delivery }) => delivery === sent.id);
    await until('both receipts', () => answered().length === 2);
    expect(answered().map(({ records }) => records)).toEqual([wide.said.records, narrow.said.records]);
  });

  test('with another root for the same records conflict: the second receipt is kept as evidence and not forwarded', async () => {
    const held = await deliver(await frameOf(1));
    await interpol.answer(held, { evidence: null });
    await until('the receipt', () => europol.receipts.some(({ delivery }) => delivery === held.frame));
    const before = europol.receipts.length;
    const content = { root: digest('another root') };
    await interpol.sendReceipts([{ statement: await interpol.receiptFor(held, { content }) }]);
    await until('the quarantine', async () => (await reasons()).includes('receipt-conflict'));
    await until('the events', () => happened('what', 'receipt-conflict') === 1);
    expect(europol.receipts).toHaveLength(before);
  });

  test('are refused as `delivery-unknown` when no router makes such a delivery', async () => {
    const [one, two] = [await deliver(await frameOf(2)), await deliver(await frameOf(2))];
    const [first, second] = [one.said.records, two.said.records];
    const before = (await reasons()).filter((reason) => reason === 'delivery-unknown').length;
    const index = { index: 0, type: 'not-held' as const };
    const wrong: readonly Partial<ReceiptContent>[] = [
      { size: 1 },
      { size: 3 },
      { records: second },
      { records: [...first, ...second] },
      { records: [digest('no record')] },
      { except: [{ ...index, jti: two.parts[0]!.jti }] },
    ];
    for (const content of wrong) {
      await interpol.sendReceipts([{ statement: await interpol.receiptFor(one, { content }) }]);
    }
    const unknown = async () => (await reasons()).filter((reason) => reason === 'delivery-unknown').length;
    await until('the quarantine', async () => (await unknown()) === before + wrong.length);
    expect(europol.receipts.some(({ delivery }) => delivery === one.frame)).toBe(false);
  });

  test('are recorded and forwarded with the delivery statement, and later outcomes as changes', async () => {
    const held = await deliver(await frameOf(1));
    const about = { recipient: interpol.org, federation: hub.directory().federation };
    const { jti } = held.parts[0]!;
    const changed = {
      frame: held.frame,
      index: 0,
      jti,
      type: 'destroyed',
      code: 'expired',
      before: held.said.root,
    };
    const change = await signChange(
      { ...about, originator: europol.org, changes: [changed as never] },
      { signer: interpol.receipt, now: hub.clock() },
    );
    const statement = await interpol.receiptFor(held);
    await interpol.sendReceipts([{ statement, delivery: held.statement }], [change]);
    await until('the event', () => happened('outcome', 'destroyed') === 1);
    expect(router.store.deliveries.hasChange(digest(change))).toBe(true);
    const records = async () =>
      (await hub.auditor.records()).flatMap((one) => (one.type === 'receipts' ? one.changes : []));
    await until('the auditor', async () => (await records()).length === 1);
    await until('the message', () => europol.forwards.at(-1)?.receipts[0]?.statement === statement);
    const { receipts, changes } = europol.forwards.at(-1)!;
    expect([receipts.map(({ delivery }) => delivery), changes]).toEqual([[held.statement], [change]]);
  });

  test('are numbered by frame: a gap, a late number or a broken chain raises an alarm, a repeated number a security event', async () => {
    const held = await deliver(await frameOf(1));
    const last = router.store.ledger.receiptsStatements.last('interpol');
    let turn = 0;
    const send = async (number: number, previous: string | null): Promise<string> => {
      turn += 1;
      const at = new Date(hub.clock().getTime() - turn * 1_000);
      const receipts = [{ statement: await interpol.receiptFor(held, { at }) }];
      const by = {
        recipient: interpol.org,
        federation: hub.directory().federation,
        signer: interpol.receipt,
      };
      const content = { receipts, changes: [] };
      const statement = await signReceiptsStatement({ number, previous }, content, {
        ...by,
        now: hub.clock(),
      });
      await interpol.publish('receipt', frames.receipt.encode({ ...content, statement }));
      await until('OUT to be empty', async () => (await hub.broker.count('interpol', 'OUT')) === 0);
      return digest(statement);
    };
    const kinds = ['receipts-gap', 'receipts-late', 'receipts-chain'] as const;
    const before = kinds.map((kind) => happened('what', kind));
    const alarms = () => kinds.map((kind, at) => happened('what', kind) - (before[at] ?? 0));
    const gap = await send(last + 2, digest('lost'));
    await until('the gap', () => alarms()[0] === 1);
    await send(last + 1, digest('whatever'));
    await until('the late one', () => alarms()[1] === 1);
    await send(last + 3, digest('another one'));
    await until('the broken chain', () => alarms()[2] === 1);
    await send(last + 2, gap);
    await until('the conflict', () => happened('code', 'statement-conflict') === 1);
    expect(alarms()[0]).toBe(1);
  });
});
