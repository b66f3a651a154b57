import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CommandId,
  type NoticeId,
  parseCommandId,
  parseNoticeId,
} from '../../../services/shared/kernel/ids.js';
import type { CommandRecord } from '../../../services/shared/ledger/command-record.js';
import { commandSteps } from '../../../services/router/quarantine/commands.js';
import { openRecall, recallFrame } from '../../../services/shared/ledger/recall.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { quarantined } from '../../support/hub-reads.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { openHub, send as sendFrom } from './alfa.js';
import { type TwoOperators, twoOperators } from './recall-by-two.js';

const DAY_MS = 86_400_000;

describe('router: a recall', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  let afripol: PlayedGateway;
  let second: TwoOperators['second'];
  let cancel: TwoOperators['cancel'];
  let recall: TwoOperators['recall'];
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
    ({ router, europol, interpol, afripol } = await openHub(hub, { receipts: true }));
    ({ second, cancel, recall } = await twoOperators(hub));
  });
  afterAll(() => hub.close());

  const send = (items: Parameters<PlayedGateway['frame']>[0]): Promise<Sent> => sendFrom(europol, items);
  const publish = async (addressees = ['interpol', 'afripol']) => {
    const id = parseNoticeId(uuidv7());
    const sent = await send([
      await europol.issue({ id, number: hub.clock().getTime(), header: { addressees } }),
    ]);
    const answered = () => europol.receipts.filter(({ delivery }) => delivery === sent.id).length;
    return { id, sent, answered: () => until('the receipts', () => answered() === addressees.length) };
  };
  const propose = async (id: NoticeId): Promise<CommandId> => (await cancel(id)).part.command;
  const recallsOf = (gateway: PlayedGateway, id: NoticeId) => gateway.recalls.filter((one) => one.id === id);

  test('is delivered to every holder and to the originator, with the records of both commands, once a second person confirms it', async () => {
    const { id, answered } = await publish();
    await answered();
    const first = await cancel(id);
    expect(first.part).toMatchObject({ outcome: 'proposed', code: null, notice: id });
    expect(recallsOf(interpol, id)).toEqual([]);
    const record = await cancel(id, { first: first.part.command, signer: second });
    expect(record.part).toMatchObject({ outcome: 'cancelled', proposal: first.digest, person: 'B. Example' });
    const frame = recallFrame(record.digest);
    for (const gateway of [europol, interpol, afripol]) {
      const [told] = await until(
        'the recall',
        () => recallsOf(gateway, id).length === 1 && recallsOf(gateway, id),
      );
      const { statement } = told ?? {};
      expect(statement).toMatchObject({ originator: 'europol', frame, records: [record.digest], size: 0 });
    }
    // An answer may be forwarded twice, because the round over what is owed may forward it too.
    const said = () => {
      const answers = europol.receipts.filter((one) => one.delivery === frame);
      return new Set(answers.map(({ recipient, actions }) => `${recipient} ${actions[0]?.type}`));
    };
    await until('the answers at the originator', () => said().size >= 2);
    expect([...said()].toSorted()).toEqual(['afripol destroyed', 'interpol destroyed']);
    const isNothingOwed = () =>
      ['europol', 'interpol', 'afripol'].every(
        (org) => router.store.actions.owed(org, { after: 0, limit: 10 }).length === 0,
      );
    await until('nothing to be owed', isNothingOwed);
    const logged = () => hub.events.filter(({ event, frame: of }) => event === 'recalled' && of === frame);
    await until('the events', () => logged().length >= 3);
    expect(
      logged()
        .map(({ recipient }) => recipient)
        .toSorted(),
    ).toEqual(['afripol', 'europol', 'interpol']);
  });

  test('is not carried out by a second command of the same person, or one about another notice or an unknown first command', async () => {
    const [{ id, answered }, other] = [await publish(['interpol']), await publish(['interpol'])];
    await answered();
    const first = await propose(id);
    const codeOf = async (work: Promise<CommandRecord>) => (await work).part.code;
    expect(await codeOf(cancel(id, { first }))).toBe('second-person-needed');
    expect(await codeOf(cancel(other.id, { first, signer: second }))).toBe('proposal-unknown');
    expect(await codeOf(cancel(id, { first: parseCommandId(uuidv7()), signer: second }))).toBe(
      'proposal-unknown',
    );
    expect(await codeOf(cancel(parseNoticeId(uuidv7())))).toBe('not-found');
    expect(await codeOf(cancel(id, { org: 'interpol' }))).toBe('not-found');
    expect(recallsOf(interpol, id)).toEqual([]);
    expect(router.store.actions.has('europol', id, 'cancel')).toBe(false);
  });

  test('ends the notice: later revisions, actions and recalls are refused as `notice-ended`', async () => {
    const { id, answered } = await publish(['interpol']);
    await answered();
    await recall(id);
    expect((await cancel(id)).part).toMatchObject({ outcome: 'refused', code: 'notice-ended' });
    const items = [
      await europol.issue({ id, number: hub.clock().getTime() + 1 }),
      await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' }),
    ];
    const { refusals } = await europol.reportOn(await send(items));
    expect(refusals.map(({ code }) => code)).toEqual(['notice-ended', 'notice-ended']);
    const [held] = (await interpol.ask({ type: 'standing', held: [{ originator: 'europol', id }] }))[
      'held'
    ] as [object];
    expect(held).toMatchObject({ end: { verb: 'cancel' } });
  });

  test('is answered by its recipients alone: the receipt of another member is quarantined and changes nothing', async () => {
    const { id, answered } = await publish(['interpol']);
    await answered();
    const record = await recall(id);
    const [told] = await until(
      'the recall',
      () => recallsOf(interpol, id).length === 1 && recallsOf(interpol, id),
    );
    if (told === undefined) throw new Error('no recall');
    const before = (await quarantined(router.core)).length;
    await afripol.answerRecall(told);
    await until('the quarantine', async () => (await quarantined(router.core)).length > before);
    const other = parseNoticeId(uuidv7());
    await interpol.answerRecall({ ...told, id: other });
    await until('the quarantine', async () => (await quarantined(router.core)).length > before + 1);
    expect(router.store.actions.answersOn('europol', other)).toEqual([]);
    const answers = router.store.actions.answersOn('europol', id).map(({ recipient }) => recipient);
    expect(answers).not.toContain('afripol');
    expect(digest(record.token)).toBe(told.digest);
  });

  test('does not verify with the proposal of another recall, with its own record as proposal, or with the record of another recall', async () => {
    const [one, other] = [await publish(['interpol']), await publish(['interpol'])];
    await Promise.all([one.answered(), other.answered()]);
    await Promise.all([recall(one.id), recall(other.id)]);
    const told = async (id: NoticeId) => {
      await until('the recall', () => recallsOf(interpol, id).length === 1);
      const [found] = recallsOf(interpol, id);
      if (!found?.delivery.items[0]?.recall) throw new Error('no recall');
      return { delivery: found.delivery, recall: found.delivery.items[0].recall };
    };
    const [a, b] = [await told(one.id), await told(other.id)];
    const reading = { directory: hub.directory(), recipient: interpol.org, now: hub.clock() };
    const read = (recalled: typeof a.recall) =>
      openRecall(
        {
          statement: a.delivery.statement,
          records: [],
          seed: new Uint8Array(),
          items: [{ recall: recalled }],
        },
        reading,
      );
    await expect(read({ ...a.recall, proposal: b.recall.proposal })).rejects.toMatchObject({
      code: 'delivery-differs',
    });
    await expect(read({ ...a.recall, proposal: a.recall.record })).rejects.toMatchObject({
      code: 'delivery-differs',
    });
    await expect(read({ ...a.recall, record: b.recall.record })).rejects.toMatchObject({
      code: 'delivery-differs',
    });
    const [mine, others] = [frames.record.decode(a.recall.record), frames.record.decode(b.recall.record)];
    const swapped = frames.record.encode({ ...mine, command: others.command ?? '' });
    await expect(read({ ...a.recall, record: swapped })).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('publishes its events when the router dies between the record of the recall and the events', async () => {
    const { id, answered } = await publish(['interpol']);
    await answered();
    await router.stop();
    let isAlive = true;
    router = await hub.start({
      commandSteps: {
        ...commandSteps,
        record: async (...args) => {
          await commandSteps.record(...args);
          if (args[1].command.first === undefined || !isAlive) return;
          isAlive = false;
          throw new Error('killed');
        },
      },
    });
    await hub.open(router);
    const frame = recallFrame((await recall(id)).digest);
    const told = () => hub.events.filter((one) => one.event === 'recalled' && one['frame'] === frame);
    await until('the events', () => told().length >= 2);
    expect(isAlive).toBe(false);
    expect(
      told()
        .map(({ recipient }) => recipient)
        .toSorted(),
    ).toEqual(['europol', 'interpol']);
  });

  test('is refused as `notice-ended` when the withdrawal of the notice is recorded before the second command', async () => {
    const { id } = await publish(['interpol']);
    await router.stop();
    router = await hub.start({
      commandSteps: {
        ...commandSteps,
        // Runs before the command is recorded: a verdict from before this step would accept the recall.
        record: async (...args) => {
          if (args[1].command.first !== undefined)
            await send([await europol.act({ id, verb: 'withdraw', reason: 'issued-in-error' })]);
          await commandSteps.record(...args);
        },
      },
    });
    await hub.open(router);
    const record = await cancel(id, { first: await propose(id), signer: second });
    expect(record.part).toMatchObject({ outcome: 'refused', code: 'notice-ended' });
    expect(recallsOf(interpol, id)).toEqual([]);
  });

  // The last test, because it moves the clock.
  test('is refused as `expired` when the second command comes more than a day after the first', async () => {
    const { id } = await publish(['interpol']);
    const first = await propose(id);
    hub.clock.move(DAY_MS + 5_000);
    const late = await cancel(id, { first, signer: second });
    expect(late.part).toMatchObject({ outcome: 'refused', code: 'expired' });
  });
});
