import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signHeartbeat } from '../../../services/shared/ledger/heartbeat.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk, craft, nextDirectory, someFrame } from '../craft.js';
import type { Gift } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, hearLog, type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const europol = parseOrgId('europol');
const afripol = parseOrgId('afripol');
let broker: Broker;
let hub: Hub;
let gateway: Started;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock, settings: { sweepMs: 50 } });
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
  await hub.serve('afripol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const held = async (id: string): Promise<boolean> =>
  (await gateway.call('GET', `/v1/inbox/europol/${id}`)).status === 200;

interface Said {
  readonly delivery: string;
  readonly except: readonly Json[];
}

/** The receipts for the deliveries of a frame, in the order of their arrival. */
const receiptsFor = (frame: FrameId) =>
  hub.receipts
    .flatMap(({ message }) => message.receipts)
    .map(({ statement }) => ({ statement, ...(claimsIn(statement) as Said) }))
    .filter(({ delivery }) => delivery === frame);

/** Delivers a notice; resolves with the receipt. */
async function receiptOf(gift: Gift, frame = someFrame()) {
  const before = receiptsFor(frame).length;
  await hub.deliver(afripol, { originator: europol, frame, notices: [gift] });
  return until('a receipt', () => receiptsFor(frame)[before]);
}

describe('gateway: a notice that has ended', () => {
  test('is erased from the inbox and its files, and does not come back', async () => {
    const canary = randomBytes(16).toString('hex');
    const gift = await craft(broker, hub.directory, { expiresAfter: 'P1D', canary });
    const text = gift.notice.disclosures.get('threat') ?? '?';
    const frame = someFrame();
    const first = await receiptOf(gift, frame);
    await gateway.call('GET', `/v1/inbox?text=${canary}`);
    expect(bytesOnDisk(broker, 'afripol').includes(canary)).toBe(true);
    expect(bytesOnDisk(broker, 'afripol').includes(text)).toBe(true);

    skew = 2 * DAY;
    await until('it is erased', async () => !(await held(gift.notice.id)));
    const isOnDisk = (one: string): boolean => bytesOnDisk(broker, 'afripol').includes(one);
    await until('its bytes are gone', () => !isOnDisk(text) && !isOnDisk(canary));
    expect(gateway.store.inbox.known('europol', gift.notice.id)).toMatchObject({
      number: 1,
      ended: 'expired',
    });

    const again = await receiptOf(gift, frame);
    expect(again.statement).toBe(first.statement);
    const other = await receiptOf(gift);
    expect(other.except).toMatchObject([{ type: 'rejected', code: 'expired' }]);
    expect(await held(gift.notice.id)).toBe(false);
  });

  test('is superseded, not held, after the clock was set back', async () => {
    const gift = await craft(broker, hub.directory, { expiresAfter: 'P1D', now: clock() });
    await receiptOf(gift);
    skew += 2 * DAY;
    await until('it is erased', async () => !(await held(gift.notice.id)));
    skew -= 2 * DAY;
    const { except } = await receiptOf(gift);
    expect(except).toMatchObject([{ type: 'superseded' }]);
    expect(await held(gift.notice.id)).toBe(false);
  });

  test('of the organisation itself loses its content, keeps its end, and is deleted a month later', async () => {
    const { header, sections } = example('red');
    const short = { header: { ...header, expiresAfter: 'P1D', reviewAfter: 'P1D' }, sections };
    const { body } = await gateway.call('POST', '/v1/notices', { body: short });
    const show = () => gateway.call('GET', String(body['href']));
    await until('it is settled or routed', async () => (await show()).body['state'] !== 'queued');
    const [text = ''] = noticesIn(frames.submission.decode(hub.seen.at(-1)!.message.submission));
    const [, disclosure = '?'] = text.split('~');
    const isOnDisk = (): boolean => bytesOnDisk(broker, 'afripol').includes(disclosure);
    expect(isOnDisk()).toBe(true);
    skew += 2 * DAY;
    await until('it has ended', async () => (await show()).body['state'] === 'ended');
    await until('it is erased', async () => (await show()).body['header'] === null);
    await until('its bytes are gone', () => !isOnDisk());
    skew += 31 * DAY;
    await until('it is forgotten', async () => (await show()).status === 404);
    skew -= 31 * DAY;
  });
});

describe('gateway: a stale directory', () => {
  test('stops deliveries and refuses none; with the next directory all are taken', async () => {
    const { directory } = gateway.identity;
    skew += 30 * DAY;
    await until('it is not ready', () => gateway.gateway.reasons().includes('directory-stale'));
    const gift = await craft(broker, hub.directory, { now: clock() });
    const frame = someFrame();
    await hub.deliver(afripol, { originator: europol, frame, notices: [gift], at: clock() });
    await until('it was tried', async () =>
      /trouble_total\{code="directory-stale"\} [1-9]/.test(await gateway.metrics()),
    );
    expect(receiptsFor(frame)).toEqual([]);
    expect(gateway.store.rejected()).toEqual([]);
    const issuedAt = `${clock().toISOString().slice(0, 19)}Z`;
    const nextUpdate = `${new Date(clock().getTime() + 7 * DAY).toISOString().slice(0, 19)}Z`;
    const jws = await nextDirectory(broker, directory.current(), (source) => ({
      ...source,
      issuedAt,
      nextUpdate,
    }));
    await hub.publish('afripol', subjects.directory(), Buffer.from(jws));
    await until('it is held', () => held(gift.notice.id));
    expect(gateway.gateway.reasons()).toEqual([]);
  });
});

describe('gateway: a clock that is days ahead', () => {
  const far = 2_400 * DAY;
  const settings = { sweepMs: 50, clockRestMs: 600_000 };
  let wrong = 0;
  const wrongly = (): Date => new Date(Date.now() + wrong);

  async function startWrongly() {
    const { log, lines } = hearLog();
    const other = await startGateway(broker, 'europol', { clock: wrongly, log, settings, offline: true });
    const told = (): Promise<true> =>
      until('it is told', () => JSON.stringify(lines).includes('clock-ahead'));
    return { other, told, show: async (href: unknown) => (await other.call('GET', String(href))).body };
  }

  async function submit({ other }: Awaited<ReturnType<typeof startWrongly>>): Promise<unknown> {
    const draft = example('red');
    const body = { ...draft, header: { ...draft.header, reviewAfter: 'P1D', expiresAfter: 'P1D' } };
    return (await other.call('POST', '/v1/notices', { body })).body['href'];
  }

  test('for a moment erases nothing', async () => {
    const started = await startWrongly();
    const href = await submit(started);
    const before = await started.show(href);
    wrong = far;
    await started.told();
    expect(started.other.store.own.find(String(before['id']))?.header).toEqual(expect.any(String));
    wrong = 0;
    expect(await started.show(href)).toEqual(before);
    await started.other.stop();
  });

  test('at the start of a gateway that just received a heartbeat erases nothing', async () => {
    const first = await startWrongly();
    const href = await submit(first);
    const before = await first.show(href);
    const { federation } = first.other.identity.directory.current();
    const signer = await readSigner(broker.home.hub('auditor', 'audit.jwk'));
    const said = { epoch: 'first', seq: 1, count: 1, size: 0, time: new Date() };
    const heartbeat = await signHeartbeat(said, { federation, signer });
    await first.other.store.commit(() => first.other.store.facts.set('checkpoint', heartbeat));
    await first.other.stop();
    wrong = far;
    const second = await startWrongly();
    await second.told();
    wrong = 0;
    expect(await second.show(href)).toEqual(before);
    await second.other.stop();
  });
});
