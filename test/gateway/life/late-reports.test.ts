import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FrameId } from '../../../services/shared/kernel/ids.js';
import type { VerifiedAction } from '../../../services/shared/ledger/action.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
let holder: Started;
let hub: Hub;
/** How far the clock of the hub is ahead. */
let offsetMs = 0;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  gateway = await startGateway(broker, 'europol', { settings: { resendMs: 60_000 } });
  holder = await startGateway(broker, 'afripol');
  const directory = gateway.identity.directory.current();
  hub = await playHub(broker, directory, () => new Date(Date.now() + offsetMs));
  await hub.serve('europol', 'afripol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), holder?.stop(), hub?.stop()]);
  await broker?.close();
});
/** Gives afripol the whole notice, and other organisations nothing. */
const toAfripol: Hub['rule'] = ({ sections }, to) => (to === 'afripol' ? sections : undefined);
beforeEach(() => {
  hub.rule = toAfripol;
  hub.hands = () => true;
  hub.refuse = () => undefined;
  hub.refuseNotice = () => undefined;
  hub.lose.clear();
});

const post = (path: string, body: unknown) => gateway.call('POST', path, { body });
const show = async (notice: string): Promise<Json> => (await gateway.call('GET', notice)).body;
const actionsOf = async (notice: string): Promise<readonly Json[]> =>
  ((await show(notice))['life'] as { readonly actions: readonly Json[] }).actions;
const acted = (verb: string, notice: string): Promise<VerifiedAction> =>
  until(`a ${verb}`, () => hub.acted.findLast((one) => one.verb === verb && notice.endsWith(one.id)));

/** Submits a notice and waits until the holder has it; returns its path. */
async function submit(): Promise<string> {
  const { body } = await post('/v1/notices', example('red'));
  const notice = `/v1/notices/${String(body['id'])}`;
  await until('it is settled', async () => (await show(notice))['state'] === 'settled');
  return notice;
}

/** Runs what sends a frame whose report is lost; returns the frame. */
async function sendUnreported(send: () => Promise<unknown>): Promise<FrameId> {
  const before = new Set(hub.reports.keys());
  hub.lose.add('report');
  await send();
  return until('a frame to reach the hub', () => [...hub.reports.keys()].find((frame) => !before.has(frame)));
}

/** Publishes the report on a frame, which was lost before. */
const report = async (frame: FrameId): Promise<void> =>
  hub.publish('europol', subjects.report(frame), hub.reports.get(frame)?.bytes ?? new Uint8Array());

const stateOf = async (notice: string, at: number): Promise<unknown> =>
  ((await show(notice))['life'] as { readonly revisions: readonly Json[] }).revisions[at]?.['state'];

describe('gateway: an action that the hub refuses because it does not know the notice yet', () => {
  /** Submits a notice and orders an action on it, which the hub refuses; returns the frames of both. */
  async function orderEarly(verb: string, body: Json) {
    const id = { value: '' };
    const first = await sendUnreported(async () => {
      id.value = String((await post('/v1/notices', example('red'))).body['id']);
    });
    const notice = `/v1/notices/${id.value}`;
    hub.refuse = () => ({ code: 'not-own-notice' });
    // Longer than the second for which the gateway waits for the first report, and what a busy machine adds to it.
    offsetMs = -60_000;
    const refused = await sendUnreported(() => post(`${notice}/${verb}`, body));
    offsetMs = 0;
    hub.refuse = () => undefined;
    return { notice, first, refused };
  }

  test('is sent again once the hub has recorded the notice, also a withdrawal, whose notice is erased', async () => {
    const { notice, first, refused } = await orderEarly('withdraw', { reason: 'issued-in-error' });
    await report(refused);
    await until('the refusal', async () => (await actionsOf(notice))[0]?.['state'] === 'refused');
    expect(hub.acted.some(({ id }) => notice.endsWith(id))).toBe(false);
    await report(first);
    const { number } = await acted('withdraw', notice);
    expect(await actionsOf(notice)).toMatchObject([{ verb: 'withdraw', number }]);
  });

  test('is sent again if the refusal arrives after the record of the notice, which the hub signed later', async () => {
    const { notice, first, refused } = await orderEarly('withdraw', { reason: 'issued-in-error' });
    await report(first);
    await report(refused);
    expect(await acted('withdraw', notice)).toMatchObject({ verb: 'withdraw' });
  });

  test('counts for a revision that is signed before the hub has recorded the notice', async () => {
    const body = { reason: 'by-originator', holders: [{ org: 'afripol' }] };
    const { notice, refused } = await orderEarly('restrict', body);
    await report(refused);
    await until('the refusal', async () => (await actionsOf(notice))[0]?.['state'] === 'refused');
    const excluded: unknown[] = [];
    hub.rule = ({ routing }, to) => {
      if (to === 'afripol') excluded.push(routing.excluded);
      return undefined;
    };
    await sendUnreported(() => post(`${notice}/revisions`, example('red')));
    expect(excluded).toEqual([['afripol']]);
  });

  test('stays refused if the hub had recorded the notice before', async () => {
    const notice = await submit();
    hub.refuse = () => ({ code: 'not-own-notice' });
    offsetMs = 2_000;
    await post(`${notice}/withdraw`, { reason: 'issued-in-error' });
    await until('the refusal', async () => (await actionsOf(notice))[0]?.['state'] === 'refused');
    offsetMs = 0;
    hub.refuse = () => undefined;
    await submit();
    expect(hub.acted.some(({ id }) => notice.endsWith(id))).toBe(false);
  });
});

/** Amends a notice, whose report is lost; returns the frame of the revision. */
function amendUnreported(notice: string, rule: Hub['rule']): Promise<FrameId> {
  hub.rule = rule;
  return sendUnreported(() => post(`${notice}/revisions`, example('red')));
}

describe('gateway: a restriction that the hub recorded before the revision that it follows', () => {
  const interpol = [{ org: 'interpol' }];

  /** Restricts a notice after a revision that interpol gets too, and publishes both reports in this order. */
  async function restrictLate(body: Json, order: readonly ('restriction' | 'revision')[]): Promise<string> {
    const notice = await submit();
    const revision = await amendUnreported(notice, ({ sections }) => sections);
    hub.hands = (_, to) => to !== 'interpol';
    const restriction = await sendUnreported(() => post(`${notice}/restrict`, body));
    hub.lose.clear();
    hub.rule = toAfripol;
    for (const one of order) await report({ restriction, revision }[one]);
    return notice;
  }

  test.each([
    ['before', ['restriction', 'revision']],
    ['after', ['revision', 'restriction']],
  ] as const)(
    'is signed again once for a holder that came with the revision, if its report arrives %s that of the revision',
    async (_, order) => {
      const notice = await restrictLate({ reason: 'by-originator', holders: interpol }, order);
      await until('its report', async () => (await actionsOf(notice))[1]?.['state'] === 'settled');
      await submit();
      expect(await actionsOf(notice)).toMatchObject([
        { derived: false, holders: interpol },
        { derived: true, holders: interpol },
      ]);
    },
  );

  test('for everyone is signed again for the holders that came with the revision', async () => {
    const notice = await restrictLate({ reason: 'by-originator', sections: ['threat'] }, [
      'restriction',
      'revision',
    ]);
    await until('a second restriction', async () => (await actionsOf(notice)).length > 1);
    expect((await actionsOf(notice))[1]).toMatchObject({
      reason: 'by-originator',
      holders: [{ org: 'interpol', sections: ['threat'] }],
    });
  });
});

describe('gateway: the report on an earlier revision', () => {
  test('bars no holder to which a newer revision may open the notice again', async () => {
    const notice = await submit();
    const denied = await amendUnreported(notice, () => undefined);
    const opened = await amendUnreported(notice, toAfripol);
    await report(denied);
    await until('its report', async () => (await stateOf(notice, 1)) === 'settled');
    await report(opened);
    await until('the newer report', async () => (await stateOf(notice, 2)) === 'settled');
    const { number } = await show(notice);
    const held = await holder.call('GET', notice.replace('/v1/notices', '/v1/inbox/europol'));
    expect(held.body).toMatchObject({ number });
    expect(await actionsOf(notice)).toEqual([]);
  });

  test('bars its holders after all once the newer revision is refused', async () => {
    const notice = await submit();
    const denied = await amendUnreported(notice, () => undefined);
    hub.refuseNotice = () => 'not-permitted';
    const refused = await amendUnreported(notice, () => undefined);
    hub.refuseNotice = () => undefined;
    await report(denied);
    await until('its report', async () => (await stateOf(notice, 1)) === 'settled');
    await report(refused);
    await until('a restriction', async () => (await actionsOf(notice)).length > 0);
    expect(await actionsOf(notice)).toMatchObject([{ verb: 'restrict', reason: 'no-longer-shared' }]);
  });
});
