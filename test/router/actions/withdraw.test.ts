import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Item } from '../../../services/shared/wire/frames.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub } from './alfa.js';

const WITHDRAW = { verb: 'withdraw', reason: 'issued-in-error' } as const;

describe('router: a withdrawal', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    ({ router, europol, interpol, afripol } = await openHub(hub));
  });
  afterAll(() => hub.close());

  const copies = ({ held }: PlayedGateway, { id }: Sent) => held.filter(({ frame }) => frame === id);
  const send = async (items: readonly (string | Item)[]): Promise<Sent> => {
    const sent = await europol.frame(items);
    await europol.send(sent);
    return sent;
  };
  const publish = async (header: object = {}) => {
    const id = parseNoticeId(uuidv7());
    const sent = await send([await europol.issue({ id, number: Date.now(), header })]);
    await until('the receipts', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    await europol.reportOn(sent);
    return { id, sent };
  };
  const refusalsOf = async (sent: Sent) =>
    (await europol.reportOn(sent)).refusals.map(({ index, code, digest: named, number }) => {
      return { index, code, digest: named, number };
    });

  test('reaches every holder with its own part of the record, and the answers say what was held before', async () => {
    const { id, sent: first } = await publish();
    await until(
      'both receipts',
      () => europol.receipts.filter(({ delivery }) => delivery === first.id).length === 2,
    );
    const action = await europol.act({ id, ...WITHDRAW });
    const sent = await send([action]);
    await until(
      'the answers',
      () => europol.receipts.filter(({ delivery }) => delivery === sent.id).length === 2,
    );
    for (const gateway of [interpol, afripol]) {
      const [copy] = copies(gateway, sent);
      expect(copy?.actions).toMatchObject([
        { verb: 'withdraw', id, reason: 'issued-in-error', own: undefined },
      ]);
      expect(copy?.notices).toEqual([]);
    }
    const report = await europol.reportOn(sent);
    const name = digest(action.action?.statement ?? '');
    expect(report.actions).toMatchObject([{ digest: name, id, verb: 'withdraw', scope: 'all', unnamed: [] }]);
    expect(report.acts.map(({ to }) => to)).toEqual(['afripol', 'interpol']);
    const answers = europol.receipts.filter(({ delivery }) => delivery === sent.id);
    expect(answers.map(({ actions }) => actions)).toEqual(
      [1, 2].map(() => [
        { digest: name, id, type: 'destroyed', before: digest('what was held'), after: null },
      ]),
    );
    expect(router.store.actions.owed('interpol', { after: 0, limit: 10 })).toEqual([]);
  });

  test('goes only to holders, not to members that the notice was never addressed to', async () => {
    const { id } = await publish({ addressees: ['interpol'] });
    const sent = await send([await europol.act({ id, ...WITHDRAW })]);
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    expect((await europol.reportOn(sent)).acts.map(({ to }) => to)).toEqual(['interpol']);
    expect(copies(afripol, sent)).toEqual([]);
  });

  test('in one frame with its notice keeps it from leaving', async () => {
    const id = parseNoticeId(uuidv7());
    const notice = await europol.issue({ id, number: Date.now() });
    const sent = await send([await europol.act({ id, ...WITHDRAW, number: 5 }), notice]);
    const { decisions, acts, refusals } = await europol.reportOn(sent);
    expect(refusals).toEqual([]);
    expect(acts).toEqual([]);
    expect(decisions.map(({ to, outcome, because }) => [to, outcome, because]).toSorted()).toEqual([
      ['afripol', 'denied', 'ended'],
      ['interpol', 'denied', 'ended'],
    ]);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    expect([...copies(interpol, sent), ...copies(afripol, sent)]).toEqual([]);
  });

  test('ends the notice: a later revision, action or withdrawal is refused as `notice-ended`', async () => {
    const { id } = await publish();
    const withdrawal = await europol.act({ id, ...WITHDRAW });
    await europol.reportOn(await send([withdrawal]));
    const late = await send([
      await europol.issue({ id, number: Date.now() + 1 }),
      await europol.act({ id, ...WITHDRAW }),
      await europol.act({ id, verb: 'resume' }),
      withdrawal,
    ]);
    expect((await refusalsOf(late)).map(({ index, code }) => [index, code])).toEqual([
      [0, 'notice-ended'],
      [1, 'notice-ended'],
      [2, 'notice-ended'],
    ]);
  });

  test('that is sent again is recorded once, and not delivered again to a holder that has answered', async () => {
    const { id } = await publish({ addressees: ['interpol'] });
    const sent = await send([await europol.act({ id, ...WITHDRAW })]);
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    await europol.sendAgain(sent);
    await until(
      'the answer again',
      () => europol.receipts.filter(({ delivery }) => delivery === sent.id).length === 2,
    );
    expect(copies(interpol, sent)).toHaveLength(1);
    const recordsOn = async () =>
      (await hub.auditor.records()).filter(({ frame }) => frame === sent.id).length;
    await until('the record', async () => (await recordsOn()) > 0);
    expect(await recordsOn()).toBe(1);
  });

  test('is answered by its recipients alone: the receipt of another member is quarantined and changes nothing', async () => {
    const { id, sent: first } = await publish();
    await until('the copy', () => copies(afripol, first).length === 1);
    const action = await europol.act({
      id,
      verb: 'restrict',
      reason: 'by-originator',
      listed: [{ to: interpol.org }],
    });
    const sent = await send([action]);
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    const name = digest(action.action?.statement ?? '');
    const said = { digest: name, id, type: 'destroyed', before: null, after: null } as const;
    const [copy] = copies(afripol, first);
    if (copy === undefined) throw new Error('no copy');
    await afripol.answer(copy, { content: { actions: [said] } });
    await until('the quarantine', async () =>
      (await quarantined(router.core)).some(
        ({ org, reason }) => org === 'afripol' && reason === 'delivery-unknown',
      ),
    );
    expect(router.store.actions.answersOn('europol', id).map(({ recipient }) => recipient)).toEqual([
      'interpol',
    ]);
  });

  test('is not answered by a receipt that names another notice, which is quarantined and changes nothing', async () => {
    const [{ id }, other] = [await publish(), await publish()];
    const action = await europol.act({ id, ...WITHDRAW });
    const sent = await send([action]);
    await until('the answer', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    const [copy] = copies(interpol, sent);
    if (copy === undefined) throw new Error('no copy');
    const name = digest(action.action?.statement ?? '');
    const said = { digest: name, id: other.id, type: 'destroyed', before: null, after: null } as const;
    await interpol.answer(copy, { content: { actions: [said] } });
    await until('the quarantine', async () =>
      (await quarantined(router.core)).some(
        ({ org, reason }) => org === 'interpol' && reason === 'delivery-unknown',
      ),
    );
    expect(router.store.actions.answersOn('europol', other.id)).toEqual([]);
  });

  test('of another organisation’s notice has the same answer as that of an unknown one', async () => {
    const { id } = await publish();
    await Promise.all([interpol, afripol].map((gateway) => gateway.frame([])));
    const sent = await interpol.frame([
      await interpol.act({ id, ...WITHDRAW }),
      await interpol.act({ id: parseNoticeId(uuidv7()), ...WITHDRAW }),
    ]);
    await interpol.send(sent);
    const { refusals, acts } = await interpol.reportOn(sent);
    expect(refusals.map(({ code }) => code)).toEqual(['not-own-notice', 'not-own-notice']);
    expect(refusals.map(({ digest: _digest, index: _index, ...more }) => more)[0]).toEqual(
      refusals.map(({ digest: _digest, index: _index, ...more }) => more)[1],
    );
    expect(acts).toEqual([]);
  });
});
