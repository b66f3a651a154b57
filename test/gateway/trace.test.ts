import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSubmission } from '../../services/gateway/outbound/submission.js';
import { createTracing } from '../../services/gateway/tracing.js';
import { parseFrameId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { parseTraceparent } from '../../services/shared/kernel/traceparent.js';
import { frames } from '../../services/shared/wire/frames.js';
import { type Broker, startBroker } from '../support/broker.js';
import { HOSTILE, readSpans, SOUND, traceInto } from '../support/telemetry/spans.js';
import { until } from '../support/until.js';
import { type Hub, playHub } from './play-hub.js';
import { example, startGateway, type Started } from './start-gateway.js';

let broker: Broker;
let hub: Hub;
let traced: Started;
let untraced: Started;
let trace: Awaited<ReturnType<typeof traceInto>>;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'aseanapol', 'interpol'] });
  trace = await traceInto('europol');
  [traced, untraced] = await Promise.all([
    startGateway(broker, 'europol', { tracer: trace.tracer }),
    startGateway(broker, 'afripol'),
  ]);
  hub = await playHub(broker, traced.identity.directory.current());
  await hub.serve('europol', 'afripol');
});

afterAll(async () => {
  await Promise.all([traced?.stop(), untraced?.stop(), hub?.stop()]);
  await broker?.close();
});

/** Submits a notice with this header; returns the message that the hub received. */
async function sentWith(at: Started, traceparent: string): Promise<string | undefined> {
  // The hub sees a frame twice when the broker answered late: only a frame that it has not seen before is new.
  const before = new Set(hub.seen.map(({ frame }) => frame));
  const fresh = () => hub.seen.find(({ org, frame }) => org === at.identity.org && !before.has(frame));
  const headers = { traceparent, tracestate: 'vendor=canary' };
  const { status } = await at.call('POST', '/v1/notices', { body: example('green'), headers });
  expect(status).toBe(202);
  const { message } = await until('the frame', fresh);
  expect(JSON.stringify(message)).not.toContain('canary');
  return message.traceparent;
}

describe('gateway tracing: the traceparent of a caller', () => {
  test('is continued into the frame, under a span of this gateway', async () => {
    const sent = await sentWith(traced, SOUND.text);
    expect(parseTraceparent(sent)).toBe(sent);
    expect(sent).toMatch(`00-${SOUND.traceId}-`);
    expect(sent).not.toBe(SOUND.text);
  });

  // Values that an HTTP header cannot have never reach the gateway.
  test.each(HOSTILE.filter((text) => text !== ''))(
    'that is malformed begins a new trace: %j',
    async (text) => {
      const sent = await sentWith(traced, text);
      expect(parseTraceparent(sent)).toBe(sent);
      expect(sent).not.toContain(SOUND.traceId);
    },
  );

  test('is not passed on while nothing is traced', async () => {
    expect((await sentWith(untraced, SOUND.text)) ?? '').toBe('');
  });

  test('gives a frame of one notice a span that is a child of the submission', async () => {
    const sent = await sentWith(traced, SOUND.text);
    // Either span ends after the hub received the frame: when the broker or the caller was answered.
    const { send, submit } = await until('the spans of the frame and of its submission', () => {
      const spans = readSpans(trace.file);
      const ofFrame = spans.find(({ spanId }) => spanId === sent?.split('-')[2]);
      const ofNotice = spans.find(({ spanId }) => spanId === ofFrame?.parentSpanId);
      return ofFrame && ofNotice && { send: ofFrame, submit: ofNotice };
    });
    await trace.tracer.close();
    expect([send.name, submit.name, submit.parentSpanId]).toEqual(['send', 'submit', SOUND.spanId]);
  });
});

test('gateway tracing: a frame is a child of its submission also when it is sent before the caller is answered', async () => {
  const { tracer, file } = await traceInto('fast');
  const at = await startGateway(broker, 'interpol', { offline: true });
  const { body } = await at.call('POST', '/v1/notices', { body: example('green') });
  const row = await until('its frame', () => {
    const found = at.store.own.find(String(body['id']));
    return found?.frame === null ? undefined : found;
  });
  const frame = at.store.frames.read(row.frame ?? -1) ?? expect.fail('no such frame');
  const tracing = createTracing(tracer, at.store);
  await tracing.submit(SOUND.text, async (onKept) => {
    onKept(row);
    await tracing.send(frame, async () => 'stored');
    return row;
  });
  await at.stop();
  await tracer.close();
  const [send, submit] = ['send', 'submit'].map((named) =>
    readSpans(file).find(({ name }) => name === named),
  );
  expect([submit?.parentSpanId, send?.parentSpanId]).toEqual([SOUND.spanId, submit?.spanId]);
});

describe('gateway tracing: a frame of several notices', () => {
  test('has a trace of its own, linked to each submission', async () => {
    const { tracer, file } = await traceInto('offline');
    const at = await startGateway(broker, 'aseanapol', { offline: true });
    const submit = async () =>
      String((await at.call('POST', '/v1/notices', { body: example('green') })).body['id']);
    const rowOf = (id: string) => {
      const row = at.store.own.find(id);
      if (row === undefined) throw new Error('no such notice');
      return row;
    };
    // The sender takes this notice and waits for the broker: the test frames the next ones itself.
    const first = await submit();
    await until('the first frame', () => rowOf(first).frame !== null);
    const tracing = createTracing(tracer, at.store);
    for (const id of [await submit(), await submit()])
      await tracing.submit(SOUND.text, async (onKept) => {
        onKept(rowOf(id));
        return rowOf(id);
      });
    const frame = await makeSubmission(at.identity, at.store);
    expect(frame?.notices).toHaveLength(2);
    if (frame !== undefined) {
      await tracing.send(frame, async () => 'full');
      await tracing.send(frame, async () => 'stored');
    }
    await at.stop();
    await tracer.close();
    const spans = readSpans(file);
    const submits = spans.filter(({ name }) => name === 'submit').map(({ spanId }) => spanId);
    const send = spans.find(({ name }) => name === 'send');
    expect(send?.links?.map(({ spanId }) => spanId)).toEqual(submits);
    expect([submits.length, send?.parentSpanId]).toEqual([2, undefined]);
    expect(send?.traceId).not.toBe(SOUND.traceId);
    expect(spans.find(({ name }) => name === 'resend')?.parentSpanId).toBe(send?.spanId);
  });
});

const EMPTY = { statement: '', records: [], seed: new Uint8Array(), items: [] };

describe('gateway tracing: the traceparent of a delivery', () => {
  test('is followed if it is valid; else the delivery is received in a new trace', async () => {
    const { tracer, file } = await traceInto('recipient');
    const received: Uint8Array[] = [];
    const tracing = createTracing(tracer, traced.store);
    const receive = tracing.delivery(async (_, bytes) => void received.push(bytes));
    const named = {
      type: 'delivery',
      originator: parseOrgId('afripol'),
      frame: parseFrameId('ab'.repeat(32)),
    } as const;
    const texts = [SOUND.text, ...HOSTILE];
    const messages = texts.map((traceparent) => frames.delivery.encode({ ...EMPTY, traceparent }));
    for (const bytes of messages) await receive(named, bytes);
    expect(received).toEqual(messages);
    await tracer.close();
    const [first, ...others] = readSpans(file);
    expect(first).toMatchObject({ name: 'receive', traceId: SOUND.traceId, parentSpanId: SOUND.spanId });
    expect(others).toHaveLength(HOSTILE.length);
    for (const { parentSpanId, traceId } of others) {
      expect([parentSpanId, traceId === SOUND.traceId]).toEqual([undefined, false]);
    }
  });
});
