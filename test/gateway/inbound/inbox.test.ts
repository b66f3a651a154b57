import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReceiveDelivery } from '../../../services/gateway/inbound/receive-delivery.js';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { verifyHeld, type HeldEvidence } from '../../../services/shared/ledger/held/verify-held.js';
import { verifyDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { verifyReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { keptDirectory } from '../../../services/shared/trust/kept-directory.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { type DeliveryFrame, frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk, craft, type Crafted, nextDirectory, someFrame } from '../craft.js';
import {
  craftDelivery,
  craftMessage,
  craftRouting,
  type Gift,
  type MessageChange,
} from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { clockWatchOf, type Json, startGateway, type Started } from '../start-gateway.js';

const europol = parseOrgId('europol');
const afripol = parseOrgId('afripol');
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'aseanapol'] });
  gateway = await startGateway(broker, 'afripol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('afripol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const make = (crafting: Parameters<typeof craft>[2] = {}) => craft(broker, hub.directory, crafting);

/** Delivers a frame and waits for its receipt. */
async function deliver(frame: FrameId, ...gifts: readonly Pick<Crafted, 'notice' | 'sections'>[]) {
  const before = hub.receipts.length;
  await hub.deliver(afripol, { originator: europol, frame, notices: gifts });
  return nextReceipt(frame, before);
}

/** The first receipt for this frame after the first `before` receipt frames. */
async function nextReceipt(frame: FrameId, before: number) {
  const reading = { directory: hub.directory, recipient: afripol, now: new Date() };
  const found = async () => {
    for (const { statement, delivery } of hub.receipts
      .slice(before)
      .flatMap(({ message }) => message.receipts)) {
      const receipt = await verifyReceipt(statement, reading);
      if (receipt.delivery === frame) return { statement, receipt, delivery };
    }
    return undefined;
  };
  await until('a receipt', async () => (await found()) !== undefined);
  return (await found()) as NonNullable<Awaited<ReturnType<typeof found>>>;
}

const find = (id: string) => gateway.call('GET', `/v1/inbox/europol/${id}`);

describe('gateway inbound: a delivery', () => {
  test('is held, receipted with the evidence, and verifies from its raw bytes alone', async () => {
    const { notice, sections } = await make();
    const frame = someFrame();
    const { receipt, delivery } = await deliver(frame, { notice, sections: sections.slice(0, 3) });
    const { records, root, size } = await verifyDelivery(delivery ?? '', reading());
    expect(receipt).toMatchObject({
      originator: 'europol',
      delivery: frame,
      records,
      root,
      size,
      except: [],
    });
    expect(size).toBe(1);
    const { body } = await find(notice.id);
    expect(Object.keys(body['sections'] as Json).toSorted()).toEqual(sections.slice(0, 3).toSorted());
    const held = await verifyHeld(body as unknown as HeldEvidence, holder());
    expect([held.codes, held.notice?.header, held.part?.jti]).toEqual([[], body['header'], notice.jti]);
  });

  test('of several notices shows each of them with the proof of its own leaf', async () => {
    const gifts = await Promise.all([make(), make(), make()]);
    await deliver(someFrame(), ...gifts);
    const { body } = await gateway.call('GET', '/v1/inbox?limit=3');
    const shown = body['items'] as readonly (HeldEvidence & { readonly id: string })[];
    const proven = await Promise.all(shown.map((held) => verifyHeld(held, holder())));
    expect(proven.map(({ codes, part }) => [codes, part?.jti])).toEqual(
      gifts.map(({ notice }) => [[], notice.jti]).toReversed(),
    );
    const [first, second] = shown;
    const swapped = { originator: 'europol', raw: { ...first!.raw, place: second!.raw.place } };
    expect((await verifyHeld(swapped, holder())).codes).toEqual(['digest-mismatch']);
  });

  test('that is repeated gets the same receipt, byte for byte, and is held once', async () => {
    const gift = await make();
    const frame = someFrame();
    const first = await deliver(frame, gift);
    // The hub signed again: another statement for the same frame.
    const second = await deliver(frame, gift);
    expect(second.statement).toBe(first.statement);
    const { body } = await gateway.call('GET', `/v1/inbox?limit=200`);
    expect((body['items'] as Json[]).filter(({ id }) => id === gift.notice.id)).toHaveLength(1);
  });

  test('that is handled twice at the same time is stored once, with one receipt', async () => {
    const [gift, frame] = [await make(), someFrame()];
    const bytes = await messageFor(frame, [gift]);
    const { identity, store } = gateway;
    const receive = createReceiveDelivery({
      identity,
      store,
      clockWatch: clockWatchOf(identity),
      isDrained: () => true,
      onReceipt: () => {},
      onHeld: () => {},
      onTold: () => {},
      onErased: () => {},
    });
    const arrival = { originator: europol, frame };
    await Promise.all([receive(arrival, bytes), receive(arrival, bytes), receive(arrival, bytes)]);
    expect(store.inbox.deliveries(europol, frame)).toHaveLength(1);
  });

  test('of a notice that is held from another frame leaves it as it is', async () => {
    const gift = await make();
    const sections = gift.sections.slice(0, 2);
    await deliver(someFrame(), { ...gift, sections });
    const { receipt } = await deliver(someFrame(), gift);
    const { disclosed: held } = redact(gift.notice, sections);
    expect(receipt.except).toEqual([{ index: 0, jti: gift.notice.jti, type: 'held', held }]);
    expect(Object.keys((await find(gift.notice.id)).body['sections'] as Json)).toHaveLength(2);
  });

  test('with a lower number never replaces a higher one', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id, number: 7 }));
    const { receipt } = await deliver(someFrame(), await make({ id, number: 6 }));
    expect(receipt.except).toMatchObject([{ index: 0, type: 'superseded' }]);
    expect((await find(id)).body).toMatchObject({ number: 7 });
  });

  test('with a higher number replaces a lower one', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id, number: 6 }));
    const { receipt } = await deliver(someFrame(), await make({ id, number: 9 }));
    expect(receipt.except).toEqual([]);
    expect((await find(id)).body).toMatchObject({ number: 9 });
  });

  test('with both revisions in one frame holds the higher one', async () => {
    const id = uuidv7();
    const gifts = [await make({ id, number: 4 }), await make({ id, number: 3 })];
    const { receipt } = await deliver(someFrame(), ...gifts);
    expect(receipt.except).toMatchObject([{ index: 1, type: 'superseded' }]);
  });

  test('of other bytes under a known number is rejected', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id }));
    const { receipt } = await deliver(someFrame(), await make({ id }));
    expect(receipt.except).toMatchObject([{ index: 0, type: 'rejected', code: 'number-conflict' }]);
  });

  test('of the same id from two originators is two notices', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id }));
    const other = await make({ id, originator: 'aseanapol' });
    const before = hub.receipts.length;
    const originator = parseOrgId('aseanapol');
    const frame = someFrame('aseanapol');
    await hub.deliver(afripol, { originator, frame, notices: [other] });
    expect((await nextReceipt(frame, before)).receipt.except).toEqual([]);
  });

  test('leaves no byte of a withheld section in the database', async () => {
    const [given, withheld] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const disclosed = await make({ canary: given });
    const hidden = await make({ canary: withheld });
    const sections = hidden.sections.filter((section) => section !== 'threat');
    await deliver(someFrame(), disclosed, { notice: hidden.notice, sections });
    for (const text of [given, withheld]) await gateway.call('GET', `/v1/inbox?text=${text}`);
    const disk = bytesOnDisk(broker, 'afripol');
    // A disclosed text is found, which proves the search: the index has it as text, the copy as base64url.
    expect(disk.includes(given)).toBe(true);
    expect(disk.includes(withheld)).toBe(false);
    for (let shift = 0; shift < 3; shift += 1) {
      const inner = Buffer.from(withheld)
        .subarray(shift, shift + 27)
        .toString('base64url');
      expect(disk.includes(inner)).toBe(false);
    }
    expect(disk.includes(disclosed.notice.disclosures.get('threat') ?? '?')).toBe(true);
    expect(disk.includes(hidden.notice.disclosures.get('threat') ?? '?')).toBe(false);
  });
});

describe('gateway inbound: a broken notice in a valid frame', () => {
  test('is rejected alone with its code; the others are held', async () => {
    const [good, bad] = [await make(), await make()];
    const frame = someFrame();
    // The hub recorded and delivered the same bytes, but their signature is of another notice.
    const signature = good.sdJwt.slice(0, good.sdJwt.indexOf('~')).split('.')[2];
    const jwt = [...bad.notice.jwt.split('.').slice(0, 2), signature].join('.');
    const forged = { ...bad.notice, jwt, digest: digest(jwt) } as typeof bad.notice;
    const { receipt } = await deliver(frame, good, { notice: forged, sections: bad.sections });
    expect(receipt.except).toEqual([
      { index: 1, jti: bad.notice.jti, type: 'rejected', code: 'signature-invalid' },
    ]);
    expect([(await find(good.notice.id)).status, (await find(bad.notice.id)).status]).toEqual([200, 404]);
  });

  test('that still has its routing is rejected', async () => {
    const gift = await make();
    const sections = [...gift.sections, 'routing'] as unknown as typeof gift.sections;
    const { receipt } = await deliver(someFrame(), { notice: gift.notice, sections });
    expect(receipt.except).toMatchObject([{ index: 0, type: 'rejected', code: 'section-unexpected' }]);
  });
});

const by = () => ({ signer: hub.signer, directory: hub.directory, now: () => new Date() });
const reading = () => ({ directory: hub.directory, recipient: afripol, now: new Date() });
const holder = () => ({ directory: hub.directory, holder: afripol, now: new Date() });

const messageFor = (frame: FrameId, gifts: readonly Gift[], change: MessageChange = {}) =>
  craftMessage(by(), { recipient: afripol, originator: europol, frame, gifts }, change);

const dropped = async (subject: string, bytes: Uint8Array) => {
  const before = gateway.store.rejected().length;
  await hub.publish('afripol', subject, bytes);
  await until('it is dropped', () => gateway.store.rejected().length > before);
  await until('it has left the queue', async () => (await broker.count('afripol', 'IN')) === 0);
  return gateway.store.rejected().at(-1);
};

describe('gateway inbound: a broken frame', () => {
  test('with the statement for another recipient is dropped, and its code is stored', async () => {
    const frame = someFrame();
    const bytes = await messageFor(frame, [await make()], {
      statement: { recipient: parseOrgId('aseanapol') },
    });
    expect(await dropped(subjects.delivery(europol, frame), bytes)).toMatchObject({
      frame,
      class: 'delivery',
      code: 'audience-mismatch',
    });
  });

  test('under the name of another frame or originator is dropped', async () => {
    const bytes = await messageFor(someFrame(), [await make()]);
    const other = await dropped(subjects.delivery(europol, someFrame()), bytes);
    expect(other?.code).toBe('frame-id-mismatch');
    const foreign = await dropped(subjects.delivery(parseOrgId('aseanapol'), someFrame()), bytes);
    expect(foreign?.code).toBe('issuer-mismatch');
  });

  test('with a statement or a record that an organisation signed is dropped', async () => {
    const [gift, frame] = [await make(), someFrame()];
    const signer = await readSigner(broker.home.org(europol, 'notice.jwk'));
    const bytes = await messageFor(frame, [gift], { signer });
    expect((await dropped(subjects.delivery(europol, frame), bytes))?.code).toBe('key-invalid');
    const crafting = { recipient: afripol, originator: europol, frame, gifts: [gift] };
    const records = [await craftRouting({ ...by(), signer }, crafting)];
    const other = await craftDelivery(by(), { ...crafting, records });
    expect((await dropped(subjects.delivery(europol, frame), other))?.code).toBe('key-invalid');
  });

  test('with parts that its record does not have is dropped', async () => {
    const [gift, frame] = [await make(), someFrame()];
    const alter = (made: DeliveryFrame): DeliveryFrame => {
      const [proof] = made.records;
      return { ...made, records: proof ? [{ ...proof, own: proof.own.slice(0, -1) }] : [] };
    };
    const bytes = await messageFor(frame, [gift], { frame: alter });
    expect((await dropped(subjects.delivery(europol, frame), bytes))?.code).toBe('digest-mismatch');
  });

  test('that does not decode is dropped, and the next frame is held', async () => {
    const entry = await dropped(subjects.delivery(europol, someFrame()), randomBytes(64));
    expect(entry?.code).toBe('frame-unreadable');
    const gift = await make();
    await deliver(someFrame(), gift);
    expect((await find(gift.notice.id)).status).toBe(200);
  });

  test('on a subject outside the grammar is dropped', async () => {
    expect(await dropped('in.surprise', randomBytes(8))).toMatchObject({
      frame: null,
      code: 'subject-invalid',
    });
  });

  test('that reports on or receipts an unknown frame is dropped', async () => {
    const { receipt, statement } = await deliver(someFrame(), await make());
    expect(receipt.size).toBe(1);
    const bytes = frames.receiptForward.encode({ receipts: [{ statement }] });
    const entry = await dropped(subjects.receipt(europol, someFrame()), bytes);
    expect(entry).toMatchObject({ class: 'receipt', code: 'issuer-mismatch' });
  });
});

describe('gateway inbox', () => {
  test('is found by originator, kind and words of header and sections, newest first, in pages', async () => {
    const [first, second] = [await make({ kind: 'purple' }), await make({ kind: 'purple' })];
    await deliver(someFrame(), first);
    await deliver(someFrame(), second);
    const page = await gateway.call('GET', '/v1/inbox?kind=purple&limit=1');
    expect(page.body['items']).toMatchObject([{ id: second.notice.id }]);
    const after = await gateway.call(
      'GET',
      `/v1/inbox?kind=purple&limit=1&before=${String(page.body['next'])}`,
    );
    expect(after.body['items']).toMatchObject([{ id: first.notice.id }]);
    const other = await gateway.call('GET', '/v1/inbox?kind=purple&originator=aseanapol');
    expect(other.body['items']).toEqual([]);
    const word = randomBytes(8).toString('hex');
    const marked = await make({ canary: `Überfall ${word} am Hafen` });
    await deliver(someFrame(), marked);
    const found = await gateway.call('GET', `/v1/inbox?text=uberfall+${word.slice(0, 10)}`);
    expect(found.body['items']).toMatchObject([{ id: marked.notice.id }]);
  });
});

describe('gateway inbound: a directory', () => {
  test('from the hub is adopted if it is newer, and kept over a restart', async () => {
    const { identity } = gateway;
    const held = identity.directory.current();
    const frame = await nextDirectory(broker, held, (source) => source);
    await hub.publish('afripol', subjects.directory(), frame);
    await until('it is adopted', () => identity.directory.current().version === held.version + 1);
    const copy = keptDirectory(broker.home.org(afripol));
    expect(readFileSync(copy)).toEqual(Buffer.from(frame));
    await gateway.stop();
    gateway = await startGateway(broker, 'afripol');
    expect(gateway.identity.directory.current().version).toBe(held.version + 1);
    await hub.publish('afripol', subjects.directory(), held.frame);
    const gift = await make();
    await deliver(someFrame(), gift);
    expect(gateway.identity.directory.current().version).toBe(held.version + 1);
  });
});
