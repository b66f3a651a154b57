import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTraceparent } from '../../../services/shared/kernel/traceparent.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { HOSTILE, SOUND, traceInto } from '../../support/telemetry/spans.js';
import { until } from '../../support/until.js';

let hub: TestHub;
let europol: PlayedGateway;
let interpol: PlayedGateway;

beforeAll(async () => {
  hub = await startHub({ orgs: ['europol', 'interpol'] });
  [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await Promise.all([europol.listen(), interpol.listen()]);
});
afterAll(() => hub?.close());

/** Sends a notice in a frame with this traceparent; gives the one of its delivery. */
async function delivered(traceparent: string): Promise<string | undefined> {
  const sent = await europol.frame([await europol.issue()]);
  await europol.publish(
    'submission',
    frames.submissionFrame.encode({ submission: sent.submission, traceparent }),
    sent.id,
  );
  const held = () => interpol.held.find(({ frame }) => frame === sent.id);
  await until('the delivery', () => held() !== undefined);
  const { decisions } = await europol.reportOn(sent);
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['delivered']);
  return held()?.traceparent;
}

describe('router: the traceparent of a frame', () => {
  test('is not passed on by a router without a tracer', async () => {
    const router = await hub.start();
    await hub.open(router);
    expect((await delivered(SOUND.text)) ?? '').toBe('');
    await router.stop();
  });

  test('is replaced by a new trace when it is invalid, and the frame is routed', async () => {
    const { tracer } = await traceInto('router-1');
    const router = await hub.start({ tracer });
    await hub.open(router);
    for (const text of HOSTILE) {
      const passed = await delivered(text);
      expect(parseTraceparent(passed)).toBe(passed);
      expect(passed).not.toContain(SOUND.traceId);
    }
    const passed = await delivered(SOUND.text);
    expect(passed).toContain(SOUND.traceId);
    expect(passed).not.toContain(SOUND.spanId);
    const ours = hub.events.filter((event) => JSON.stringify(event).includes(SOUND.traceId));
    expect(hub.events.length).toBeGreaterThan(0);
    expect(ours).toEqual([]);
    await router.stop();
    await tracer.close();
  });
});
