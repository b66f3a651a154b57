import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

/** The clock of the gateway is ahead, so that receipts are late at once instead of after 5 s. */
const settings = { resendMs: 200, previewMs: 2_000, askMs: 200 };
let broker: Broker;
let hub: Hub;
let europol: Started;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);

beforeEach(async () => {
  skew = 0;
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  europol = await startGateway(broker, 'europol', { settings: { ...settings, resendMs: 60_000 }, clock });
  hub = await playHub(broker, europol.identity.directory.current(), clock);
  hub.lose.add('delivery');
});
afterEach(async () => {
  await Promise.all([europol?.stop(), hub?.stop()]);
  await broker?.close();
});

const submit = async (): Promise<string> =>
  String((await europol.call('POST', '/v1/notices', { body: example('red') })).body['id']);
const stateOf = async (id: string): Promise<unknown> =>
  (await europol.call('GET', `/v1/notices/${id}`)).body['state'];

/** Submits notices whose recipient is away, and waits until they are asked about together. */
async function submitWaiting(count: number): Promise<readonly string[]> {
  await hub.serve('europol', 'afripol');
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = await submit();
    await until('its report', async () => (await stateOf(id)) === 'routed');
    ids.push(id);
  }
  await passResend();
  return ids;
}

/** Sets the clock behind the time of the first question about each frame, which is set when a frame is marked as sent. */
async function passResend(): Promise<void> {
  await until('no frame without its mark', () => europol.store.frames.unsent() === undefined);
  skew = 70_000;
}

interface Asked {
  readonly type: unknown;
  readonly frames: readonly string[];
}

/** Makes the hub answer the question about unsettled frames; returns the questions. */
function say(answer: (frame: string, at: number) => Json, most = Infinity): readonly Asked[] {
  const asked: Asked[] = [];
  hub.answer = ({ type, frames }) => {
    asked.push({ type, frames: (frames ?? []) as readonly string[] });
    if (type !== 'unsettled') return { type: 'error', code: 'usage' };
    return { type: 'unsettled', frames: (frames as readonly string[]).slice(0, most).map(answer) };
  };
  return asked;
}

const lying = { recorded: true, recipients: { afripol: 'delivered' }, offer: [] };

describe('gateway: frames that wait for a recipient that is away', () => {
  test('are asked about in one question, and none is offered while its delivery is in a stream', async () => {
    const asked = say(() => lying);
    const ids = await submitWaiting(5);
    await until('a question about all', () => asked.some(({ frames }) => frames.length === 5));
    await until('another one', () => asked.filter(({ frames }) => frames.length === 5).length >= 2);
    expect(hub.seen).toHaveLength(5);
    const first = asked.findIndex(({ frames }) => frames.length === 5);
    expect(asked.slice(first).map(({ type }) => type)).not.toContain('status');
    const { body } = await europol.call('GET', `/v1/notices/${ids[0]}`);
    expect(body['recipients']).toMatchObject([{ org: 'afripol', receipt: null }]);
  });

  test('are offered again, with their report, if the hub asks for it, and are held once', async () => {
    let lost: string | undefined;
    const asked = say((frame) => (frame === lost ? { ...lying, offer: ['afripol'] } : lying));
    const ids = await submitWaiting(3);
    await until('a question about all', () => asked.some(({ frames }) => frames.length === 3));
    const afripol = await startGateway(broker, 'afripol', { settings, clock });
    hub.lose.clear();
    lost = hub.seen[1]?.frame;
    await until('its receipt', async () => (await stateOf(ids[1]!)) === 'settled');
    const again = hub.seen.slice(3);
    expect(new Set(again.map(({ frame }) => frame))).toEqual(new Set([lost]));
    expect(again[0]?.message.report?.statement).toBeDefined();
    expect([await stateOf(ids[0]!), await stateOf(ids[2]!)]).toEqual(['routed', 'routed']);
    await afripol.stop();
  });

  test('are offered again if only the answer to an action is missing, because the action was lost on its way from the hub', async () => {
    await hub.serve('europol', 'afripol');
    const id = await submit();
    await until('its report', async () => (await stateOf(id)) === 'routed');
    await europol.call('POST', `/v1/notices/${id}/withdraw`, { body: { reason: 'issued-in-error' } });
    await until('the withdrawal', () => hub.seen.length === 2);
    const [, withdrawal] = hub.seen;
    say(() => ({ ...lying, recipients: { afripol: 'receipted' } }));
    await passResend();
    await until('the withdrawal again', () => hub.seen.length > 2);
    expect(new Set(hub.seen.slice(2).map(({ frame }) => frame))).toEqual(new Set([withdrawal?.frame]));
  });

  test('are asked about again from where a shortened answer ended', async () => {
    const asked = say(() => lying, 2);
    await submitWaiting(3);
    await until('a question about all', () => asked.some(({ frames }) => frames.length === 3));
    const all = asked.find(({ frames }) => frames.length === 3)?.frames ?? [];
    await until('a question about the rest', () =>
      asked.some(({ frames: [only, ...more] }) => only === all[2] && more.length === 0),
    );
  });

  test('are offered again to a hub that lost its ledger', async () => {
    say(() => ({ recorded: false, recipients: {}, offer: [] }));
    await submitWaiting(2);
    await until('both again', () => new Set(hub.seen.slice(2).map(({ frame }) => frame)).size === 2);
  });

  test('are offered slowly to a hub that does not know the question', async () => {
    hub.answer = ({ type }) => (type === 'unsettled' ? { type: 'error', code: 'usage' } : undefined);
    await submitWaiting(4);
    await until('some again', () => hub.seen.length > 5);
    expect(await europol.metrics()).not.toMatch(/gateway_trouble_total.*usage.*\} [1-9]/);
  });

  test('are offered less and less often while the hub asks for the same frame again and again', async () => {
    const asked = say(() => ({ ...lying, offer: ['afripol'] }));
    const began = performance.now();
    await submitWaiting(1);
    await until('many questions and offers', () => asked.length >= 10 && hub.seen.length > 2);
    const [seen, passed] = [hub.seen.length, performance.now() - began];
    // The first two are the frame and its first offer; after each offer the wait doubles, from 0.4 s on.
    expect(seen - 2).toBeLessThanOrEqual(Math.log2(1 + passed / 400));
  });

  test('are offered one at a time: the next after the report on the last', async () => {
    let isLost = false;
    const asked = say(() => (isLost ? { ...lying, offer: ['afripol'] } : lying));
    await submitWaiting(10);
    await until('a question about all', () => asked.some(({ frames }) => frames.length === 10));
    hub.lose.add('report');
    const began = performance.now();
    isLost = true;
    await until('one again', () => hub.seen.length > 10);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    // A report is waited for up to five seconds.
    expect(hub.seen.length - 10).toBeLessThanOrEqual(1 + Math.floor((performance.now() - began) / 5_000));
  });
});

describe('gateway: while one recipient is away and another answers', () => {
  test('the receipts of the other do not cause more questions about the waiting frames', {
    tags: ['long'],
  }, async () => {
    await using members = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
    const sending = await startGateway(members, 'europol', {
      settings: { ...settings, askMs: 1_000 },
      clock,
    });
    const interpol = await startGateway(members, 'interpol', { settings, clock });
    const played = await playHub(members, sending.identity.directory.current(), clock);
    const asked: number[] = [];
    played.answer = ({ type, frames }) => {
      if (type !== 'unsettled') return undefined;
      asked.push(performance.now());
      return { type: 'unsettled', frames: (frames as readonly string[]).map(() => lying) };
    };
    await played.serve('europol', 'interpol');
    const { header, sections } = example('red');
    const send = async (addressees: readonly string[]): Promise<void> => {
      const { status } = await sending.call('POST', '/v1/notices', {
        body: { header: { ...header, addressees }, sections },
      });
      expect(status).toBe(202);
    };
    await send(['afripol']);
    await until('its frame', () => played.seen.length === 1);
    skew = 10_000;
    await until('two questions', () => asked.length >= 2);
    const began = Date.now();
    while (Date.now() - began < 8_000 || played.receipts.length <= 6) {
      await send(['interpol']);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // While nothing changes the waits grow to four seconds; with each receipt the next would be one second again.
    const gaps = asked.slice(1).map((at, earlier) => at - (asked[earlier] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThan(2_000);
    await Promise.all([sending.stop(), interpol.stop(), played.stop()]);
  });
});
