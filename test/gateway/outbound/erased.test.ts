import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { filesBelow } from '../../support/files-below.js';
import { until } from '../../support/until.js';
import { craftReport, decide, type Gift, noticePartOf } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let sender: Started;
let recipient: Started;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);

beforeEach(async () => {
  skew = 0;
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const settings = { sweepMs: 50, resendMs: 300, previewMs: 2_000, askMs: 300 };
  [sender, recipient] = await Promise.all([
    startGateway(broker, 'europol', { clock, settings }),
    startGateway(broker, 'afripol', { clock, settings }),
  ]);
  hub = await playHub(broker, sender.identity.directory.current(), clock);
  const known = { recorded: true, recipients: {} };
  hub.answer = ({ type, jtis, frames: asked }) => {
    if (type === 'status') return { type, notices: (jtis as string[]).map((jti) => ({ jti, ...known })) };
    if (type !== 'unsettled') return undefined;
    return { type, frames: (asked as string[]).map(() => ({ ...known, offer: ['afripol'] })) };
  };
});

afterEach(async () => {
  await Promise.all([sender?.stop(), recipient?.stop(), hub?.stop()]);
  await broker?.close();
});

async function submit(days: number, canary = 'nothing'): Promise<string> {
  const { header, sections } = example('red');
  const threat = { ...Object(sections['threat']), description: canary };
  const body = {
    header: { ...header, expiresAfter: `P${days}D`, reviewAfter: 'P1D' },
    sections: { ...sections, threat },
  };
  return String((await sender.call('POST', '/v1/notices', { body })).body['id']);
}

const stateOf = (id: string): string | undefined => sender.store.own.find(id)?.state;
const frameOf = (id: string): number | null => sender.store.own.find(id)?.frame ?? null;
const heldBy = async (at: Started): Promise<readonly string[]> =>
  ((await at.call('GET', '/v1/inbox?limit=200')).body['items'] as Json[]).map(({ id }) => String(id));

/** True when these bytes are in any file of the organisation's home. */
const isOnDisk = (bytes: string): boolean =>
  filesBelow(broker.home.org(europol, '.')).some((path) => readFileSync(path).includes(bytes));

/** Submits two notices, the first valid for a day, until the gateway puts both into one frame. */
function submitPair() {
  return until('two notices in one frame', async () => {
    const canary = randomBytes(16).toString('hex');
    // A frame that was sent holds the next notices back until its report, but for a second at most.
    const first = await submit(30);
    await until('the first frame', () => frameOf(first) !== null);
    const [short, long] = [await submit(1, canary), await submit(30)];
    await until('the second frame', () => frameOf(long) !== null);
    return frameOf(short) === frameOf(long) && { short, long, canary };
  });
}

/** Submits two notices in one frame, the first valid for a day; the hub has accepted the frame and not delivered it. */
async function submitTogether() {
  hub.lose.add('delivery');
  const { short, long, canary } = await submitPair();
  await hub.serve('europol', 'afripol');
  const found = await sender.call('GET', `/v1/notices?text=${canary}`);
  expect((found.body['items'] as Json[]).map(({ id }) => id)).toEqual([short]);
  await until('both are routed', () => [short, long].every((id) => stateOf(id) === 'routed'));
  const { id } = sender.store.frames.read(frameOf(long) ?? 0)!;
  const seen = hub.seen.find(({ frame }) => frame === id)!;
  const texts = noticesIn(frames.submission.decode(seen.message.submission));
  const [text = ''] = texts;
  const disclosure = text.split('~').find((part) => Buffer.from(part, 'base64url').includes(canary)) ?? '?';
  return { short, long, canary, disclosure, frame: seen.frame, texts };
}

/** The notices of a frame, as the hub gives them whole. */
function giftsOf(texts: readonly string[]): Promise<readonly Gift[]> {
  const opening = { directory: hub.directory, originator: europol, now: new Date() };
  return Promise.all(
    texts.map(async (text) => {
      const notice = await openSubmission(text, opening);
      return { notice, sections: notice.sections };
    }),
  );
}

describe('an own notice that ended while another of its frame is unsettled', () => {
  test('is in no file of the gateway; the other notice arrives later, once, in its own frame', async () => {
    const { short, long, canary, disclosure, frame } = await submitTogether();
    expect([isOnDisk(disclosure), isOnDisk(canary)]).toEqual([true, true]);
    skew = 2 * DAY;
    await until('it has ended', () => stateOf(short) === 'ended');
    await until('its content is gone', () => !isOnDisk(disclosure) && !isOnDisk(canary));
    expect(stateOf(long)).toBe('routed');

    const before = hub.seen.length;
    hub.lose.clear();
    await until('the other is settled', () => stateOf(long) === 'settled');
    expect((await heldBy(recipient)).filter((id) => id === long)).toEqual([long]);
    expect(await heldBy(recipient)).not.toContain(short);
    expect(hub.seen.slice(before).map((seen) => seen.frame)).not.toContain(frame);
    const recipients = (await sender.call('GET', `/v1/notices/${long}`)).body['recipients'];
    expect(recipients).toMatchObject([{ org: 'afripol', outcome: 'delivered', receipt: { type: 'held' } }]);
    expect(sender.store.rejected()).toEqual([]);
  });

  test('does not prevent a receipt for the earlier frame from settling the other notice', async () => {
    const { short, long, frame, texts } = await submitTogether();
    const gifts = await giftsOf(texts);
    const routing = hub.reports.get(frame)!;
    const deliver = () =>
      hub.deliver(afripol, { originator: europol, frame, notices: gifts, records: [routing] });
    hub.lose.add('forward');
    await deliver();
    await until('the receipt', () => hub.receipts.length > 0);
    hub.lose.delete('forward');
    skew = 2 * DAY;
    await until('it has ended', () => stateOf(short) === 'ended');
    // The root is over the erased notice too: it was computed when the report arrived.
    await deliver();
    await until('the other is settled', () => stateOf(long) === 'settled');
    expect(sender.store.rejected()).toEqual([]);
  });

  test('does not prevent a receipt for what a narrowing left of the earlier frame from settling the other notice', async () => {
    const { short, long, frame, texts } = await submitTogether();
    const [ended, left] = (await giftsOf(texts)) as [Gift, Gift];
    const routing = hub.reports.get(frame)!;
    skew = 2 * DAY;
    await until('it has ended', () => stateOf(short) === 'ended');
    const by = { signer: hub.signer, directory: hub.directory, now: clock };
    const decision = decide(afripol, ended.notice.sections, undefined);
    const { recipient: to, ...denied } = decision;
    const narrowing = await craftReport(by, {
      originator: europol,
      frame,
      parts: [noticePartOf(ended.notice), { type: 'decision', jti: ended.notice.jti, to, ...denied }],
      reason: 'narrowing',
    });
    const records = [routing, narrowing];
    // The receipt names a record that the gateway does not have: it waits for it.
    await hub.deliver(afripol, { originator: europol, frame, notices: [left], records });
    await until('the receipt waits', async () =>
      /trouble_total\{code="not-ready"\} [1-9]/.test(await sender.metrics()),
    );
    expect(stateOf(long)).toBe('routed');
    await hub.publish('europol', subjects.report(parseFrameId(hexDigest(narrowing.bytes))), narrowing.bytes);
    await until('the other is settled', () => stateOf(long) === 'settled');
    expect(sender.store.rejected()).toEqual([]);
  });
});
