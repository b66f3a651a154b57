import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createInboxStates } from '../../../services/router/inbox-state.js';
import { answerUnsettled } from '../../../services/router/queries/answer-unsettled.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

interface FrameStatus {
  readonly recorded: boolean;
  readonly recipients: Readonly<Record<string, string>>;
  readonly offer: readonly string[];
}

describe('router: the question about unsettled frames', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol'] });
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await europol.listen();
  });
  afterAll(() => hub.close());

  const ask = async (...frames: readonly string[]): Promise<readonly FrameStatus[]> => {
    const { type, frames: answered } = await europol.ask({ type: 'unsettled', frames });
    expect(type).toBe('unsettled');
    return answered as readonly FrameStatus[];
  };
  /** Asks twice a second, below the rate limit, until the answer matches. */
  const untilAnswered = (what: string, { id }: Sent, look: (answered: FrameStatus) => boolean) =>
    until(what, async () => {
      const [answered] = await ask(id);
      if (answered !== undefined && look(answered)) return true;
      await delay(500);
      return false;
    });
  /** Answers the question for a given state of the streams. */
  const judge = (sent: readonly Sent[], state: Partial<Parameters<typeof answerUnsettled>[1]['hub']> = {}) =>
    answerUnsettled(
      { frames: sent.map(({ id }) => id) },
      {
        org: parseOrgId('europol'),
        hub: {
          store: router.store,
          clock: hub.clock,
          inboxState: () => undefined,
          hasLeft: () => false,
          hasParked: () => false,
          deferring: new Set(),
          ...state,
        },
      },
    );
  const submit = async (): Promise<Sent> => {
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await europol.reportOn(sent);
    return sent;
  };
  const isNoted = (sent: Sent, status: string) =>
    until(`the delivery to be ${status}`, () => {
      const delivery = { originator: 'europol', frame: sent.id, recipient: 'interpol' };
      return router.store.deliveries.statusOf(delivery) === status;
    });
  const wellAfter = async (): Promise<void> => {
    hub.clock.move(40_000);
    await hub.open(router);
  };

  test('offers a frame that the ledger does not have, and only that one', async () => {
    const sent = await submit();
    await isNoted(sent, 'delivered');
    const unknown = await europol.frame([await europol.issue()]);
    const answered = await ask(sent.id, unknown.id);
    expect(answered).toEqual([
      { recorded: true, recipients: { interpol: 'delivered' }, offer: [] },
      { recorded: false, recipients: {}, offer: [] },
    ]);
    expect(JSON.stringify(answered)).not.toMatch(/[0-9]/);
  });

  test('does not offer a delivery in the IN of an absent recipient, however long it waits', async () => {
    const sent = await submit();
    await isNoted(sent, 'delivered');
    await wellAfter();
    // The clock was advanced, and the streams are checked every few seconds.
    await delay(5_000);
    expect(await ask(sent.id)).toEqual([
      { recorded: true, recipients: { interpol: 'delivered' }, offer: [] },
    ]);
  });

  test.each([
    ['lies above what the recipient has acknowledged', { waiting: 1, floor: 4, floorBefore: 4 }, []],
    ['was acknowledged a moment ago', { waiting: 0, floor: 9, floorBefore: 4 }, []],
    ['was acknowledged long ago, without a receipt', { waiting: 1, floor: 9, floorBefore: 6 }, ['interpol']],
    ['is in an IN in which nothing waits', { waiting: 0, floor: 4, floorBefore: 4 }, ['interpol']],
  ] as const)('judges a delivery that %s', async (_, inbox, offer) => {
    const sent = await submit();
    await isNoted(sent, 'delivered');
    await wellAfter();
    const delivery = { originator: 'europol', frame: sent.id, recipient: 'interpol' };
    await router.store.commit(() =>
      router.store.deliveries.note(delivery, { status: 'delivered', placed: 5 }),
    );
    const { frames } = judge([sent], { inboxState: () => inbox });
    expect(frames).toEqual([{ recorded: true, recipients: { interpol: 'delivered' }, offer }]);
  });

  test('offers a delivery again that was reset because its stream was created again', async () => {
    const sent = await submit();
    await isNoted(sent, 'delivered');
    await router.store.commit(() => router.store.deliveries.resetFor('interpol', 'delivered'));
    expect(judge([sent]).frames).toEqual([{ recorded: true, recipients: {}, offer: ['interpol'] }]);
  });

  test('reports a receipt on the ledger, and does not offer its frame', async () => {
    await interpol.listen({ receipts: true });
    const sent = await submit();
    await until('the receipt', () => europol.receipts.some(({ delivery }) => delivery === sent.id));
    await interpol.stop();
    expect(await ask(sent.id)).toEqual([
      { recorded: true, recipients: { interpol: 'receipted' }, offer: [] },
    ]);
  });

  test('does not offer a delivery in PARKED', async () => {
    const free = await fillIn(hub, 'interpol');
    const sent = await submit();
    await isNoted(sent, 'parked');
    await wellAfter();
    await untilAnswered('the next check', sent, ({ offer }) => offer.length === 0);
    expect(await ask(sent.id)).toEqual([{ recorded: true, recipients: { interpol: 'parked' }, offer: [] }]);
    await free();
  });

  test('refuses more than 256 frames, and invalid ids', async () => {
    const frame = 'a'.repeat(64);
    expect(await europol.ask({ type: 'unsettled', frames: Array(257).fill(frame) })).toEqual({
      type: 'error',
      code: 'schema-invalid',
    });
    expect(await europol.ask({ type: 'unsettled', frames: ['x'] })).toMatchObject({ type: 'error' });
  });

  test('leaves out the last frames of an answer that a gateway could not read', async () => {
    const many = Array.from({ length: 30 }, (_, at) => at.toString(16).padStart(64, '0'));
    await router.store.commit(() => {
      for (const [at, frame] of many.entries()) {
        const named = { digest: `many-${at}`, org: 'europol', frame, type: 'routing' } as const;
        const place = { epoch: 'none', seq: at + 1 };
        router.store.ledger.add({ ...named, ...place, at: 0, exp: 9e9, kept: true, bytes: null });
        for (let n = 0; n < 200; n += 1)
          router.store.deliveries.allow({ originator: 'europol', frame, recipient: `org-${n}` }, 9e9);
        for (let n = 0; n < 200; n += 1)
          router.store.deliveries.set({ originator: 'europol', frame, recipient: `org-${n}` }, 'parked');
      }
    });
    const sent = many.map((id) => ({ id }) as Sent);
    expect(judge(sent, { hasParked: () => true }).frames).toHaveLength(12);
    expect(judge(sent.slice(0, 5), { hasParked: () => true }).frames).toHaveLength(5);
  });

  test('offers one frame at a time to a recipient whose streams are full or cannot be read', async () => {
    const sent = [await submit(), await submit(), await submit()];
    await router.store.commit(() => {
      for (const { id } of sent)
        router.store.deliveries.set({ originator: 'europol', frame: id, recipient: 'interpol' }, 'deferred');
    });
    const judged = (deferring: boolean): number =>
      judge(sent, { deferring: new Set(deferring ? [parseOrgId('interpol')] : []) }).frames.filter(
        ({ offer }) => offer.length > 0,
      ).length;
    expect([judged(true), judged(false)]).toEqual([1, 3]);
    await router.store.commit(() => {
      for (const { id } of sent)
        router.store.deliveries.note(
          { originator: 'europol', frame: id, recipient: 'interpol' },
          { status: 'delivered', placed: 3 },
        );
    });
    // The state of IN could not be read.
    expect(judged(false)).toBe(1);
  });
});

test('counts a receipt as missing half a minute after the acknowledgement, and not before', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const states = createInboxStates();
  const org = parseOrgId('interpol');
  const at = (acknowledged: number, pending = 0) =>
    new Map([[org, { epoch: 'e', pending, ackPending: 0, delivered: acknowledged, acknowledged }]]);
  states.note(at(7, 3));
  expect(states.of(org)).toEqual({ waiting: 3, floor: 7, floorBefore: 0 });
  states.note(at(9, 1));
  expect(states.of(org)).toMatchObject({ floor: 9, floorBefore: 0 });
  vi.advanceTimersByTime(29_999);
  states.note(at(9, 1));
  expect(states.of(org)).toMatchObject({ floor: 9, floorBefore: 0 });
  vi.advanceTimersByTime(1);
  states.note(at(10));
  expect(states.of(org)).toMatchObject({ waiting: 0, floor: 10, floorBefore: 9 });
  // A stream that was created again starts at 1.
  states.note(at(2));
  expect(states.of(org)).toMatchObject({ floor: 2, floorBefore: 0 });
  states.note(new Map());
  expect(states.of(org)).toBeUndefined();
});
