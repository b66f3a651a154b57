import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReceiveDelivery } from '../../../services/gateway/inbound/receive-delivery.js';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signDelivery } from '../../../services/shared/ledger/delivery.js';
import { verifyReceipt } from '../../../services/shared/ledger/receipt.js';
import { keptDirectory } from '../../../services/shared/trust/kept-directory.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { openDelivered } from '../../../services/shared/trust/open-notice.js';
import { verifyProof, type InclusionProof } from '../../../services/shared/trust/proof.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { frames, type SignedSet } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk, craft, type Crafted, nextDirectory, someFrame } from '../craft.js';
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
      const set = statement as SignedSet;
      const receipt = await verifyReceipt(set, reading);
      if (receipt.delivery === frame) return { set, receipt, delivery: delivery as SignedSet };
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
    expect(receipt).toMatchObject({ originator: 'europol', delivery: frame });
    expect(receipt.parts).toMatchObject([{ jti: notice.jti, digest: notice.digest, type: 'held' }]);
    expect(delivery.leaves).toHaveLength(1);
    const { body } = await find(notice.id);
    expect(Object.keys(body['sections'] as Json).toSorted()).toEqual(sections.slice(0, 3).toSorted());
    const raw = body['raw'] as { sdJwt: string; statement: string; proof: InclusionProof };
    const opened = await openDelivered(raw.sdJwt, {
      directory: hub.directory,
      originator: europol,
      now: new Date(),
    });
    expect(opened.header).toEqual(body['header']);
    const { claims, part } = await verifyProof(raw.statement, raw.proof, {
      typ: 'delivery+jws',
      use: 'hub',
      key: hub.directory.key,
      now: new Date(),
      audience: 'afripol',
    });
    expect([claims['frame'], (part as Json)['digest']]).toEqual([frame, opened.digest]);
  });

  test('of several notices shows each of them with the proof of its own leaf', async () => {
    const gifts = await Promise.all([make(), make(), make()]);
    await deliver(someFrame(), ...gifts);
    const { body } = await gateway.call('GET', '/v1/inbox?limit=3');
    const shown = body['items'] as readonly {
      readonly id: string;
      readonly raw: { readonly proof: InclusionProof };
    }[];
    const proven = shown.map(({ id, raw: { proof } }) => {
      const { digest } = JSON.parse(Buffer.from(proof.part, 'base64url').toString()) as Json;
      return [id, digest];
    });
    expect(proven).toEqual(gifts.map(({ notice }) => [notice.id, notice.digest]).toReversed());
  });

  test('that is repeated gets the same receipt, byte for byte, and is held once', async () => {
    const gift = await make();
    const frame = someFrame();
    const first = await deliver(frame, gift);
    // The hub signed again: another statement for the same frame.
    const second = await deliver(frame, gift);
    expect(second.set.statement).toBe(first.set.statement);
    const { body } = await gateway.call('GET', `/v1/inbox?limit=200`);
    expect((body['items'] as Json[]).filter(({ id }) => id === gift.notice.id)).toHaveLength(1);
  });

  test('that is handled twice at the same time is stored once, with one receipt', async () => {
    const [gift, frame] = [await make(), someFrame()];
    const statement = await statementFor(frame, [gift]);
    const notices = [redact(gift.notice, gift.sections).text];
    const bytes = frames.delivery.encode({ statement, notices });
    const { identity, store } = gateway;
    const receive = createReceiveDelivery({
      identity,
      store,
      clockWatch: clockWatchOf(identity),
      onReceipt: () => {},
      onHeld: () => {},
    });
    const arrival = { originator: europol, frame };
    await Promise.all([receive(arrival, bytes), receive(arrival, bytes), receive(arrival, bytes)]);
    expect(store.inbox.deliveries(europol, frame)).toHaveLength(1);
  });

  test('of a notice that is held from another frame leaves it as it is', async () => {
    const gift = await make();
    const first = await deliver(someFrame(), { ...gift, sections: gift.sections.slice(0, 2) });
    const second = await deliver(someFrame(), gift);
    expect(second.receipt.parts).toEqual(first.receipt.parts);
    expect(Object.keys((await find(gift.notice.id)).body['sections'] as Json)).toHaveLength(2);
  });

  test('with a lower number never replaces a higher one', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id, number: 7 }));
    const { receipt } = await deliver(someFrame(), await make({ id, number: 6 }));
    expect(receipt.parts).toMatchObject([{ type: 'superseded', held: null }]);
    expect((await find(id)).body).toMatchObject({ number: 7 });
  });

  test('with a higher number replaces a lower one', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id, number: 6 }));
    const { receipt } = await deliver(someFrame(), await make({ id, number: 9 }));
    expect(receipt.parts).toMatchObject([{ type: 'held' }]);
    expect((await find(id)).body).toMatchObject({ number: 9 });
  });

  test('with both revisions in one frame holds the higher one', async () => {
    const id = uuidv7();
    const gifts = [await make({ id, number: 4 }), await make({ id, number: 3 })];
    const { receipt } = await deliver(someFrame(), ...gifts);
    expect(receipt.parts.map(({ type }) => type)).toEqual(['held', 'superseded']);
  });

  test('of other bytes under a known number is rejected', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id }));
    const { receipt } = await deliver(someFrame(), await make({ id }));
    expect(receipt.parts).toMatchObject([{ type: 'rejected', code: 'number-conflict', held: null }]);
  });

  test('of the same id from two originators is two notices', async () => {
    const id = uuidv7();
    await deliver(someFrame(), await make({ id }));
    const other = await make({ id, originator: 'aseanapol' });
    const before = hub.receipts.length;
    const originator = parseOrgId('aseanapol');
    const frame = someFrame('aseanapol');
    await hub.deliver(afripol, { originator, frame, notices: [other] });
    expect((await nextReceipt(frame, before)).receipt.parts).toMatchObject([{ type: 'held' }]);
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
    const copies = [good, bad].map(({ notice, sections }) => redact(notice, sections));
    const statement = await statementFor(frame, [good, bad]);
    const [first = '', second = ''] = copies.map(({ text }) => text);
    const dot = second.indexOf('.') + 20;
    const altered = `${second.slice(0, dot)}${second[dot] === 'A' ? 'B' : 'A'}${second.slice(dot + 1)}`;
    const before = hub.receipts.length;
    const bytes = frames.delivery.encode({ statement, notices: [first, altered] });
    await hub.publish('afripol', subjects.delivery(europol, frame), bytes);
    const { receipt } = await nextReceipt(frame, before);
    expect(receipt.parts).toMatchObject([{ type: 'held' }, { type: 'rejected', held: null }]);
    expect(receipt.parts[1]?.code).toBeDefined();
    expect((await find(bad.notice.id)).status).toBe(404);
  });

  test('is rejected when more was disclosed than the statement says', async () => {
    const gift = await make();
    const frame = someFrame();
    const statement = await statementFor(frame, [{ ...gift, sections: gift.sections.slice(0, 1) }]);
    const before = hub.receipts.length;
    const notices = [redact(gift.notice, gift.sections).text];
    await hub.publish(
      'afripol',
      subjects.delivery(europol, frame),
      frames.delivery.encode({ statement, notices }),
    );
    const { receipt } = await nextReceipt(frame, before);
    expect(receipt.parts).toMatchObject([{ type: 'rejected', code: 'digest-mismatch' }]);
  });

  test('that still has its routing is rejected', async () => {
    const gift = await make();
    const frame = someFrame();
    const statement = await statementFor(frame, [gift]);
    const before = hub.receipts.length;
    const bytes = frames.delivery.encode({ statement, notices: [gift.sdJwt] });
    await hub.publish('afripol', subjects.delivery(europol, frame), bytes);
    const { receipt } = await nextReceipt(frame, before);
    expect(receipt.parts).toMatchObject([{ type: 'rejected', code: 'section-unexpected' }]);
  });
});

async function statementFor(
  frame: FrameId,
  gifts: readonly Pick<Crafted, 'notice' | 'sections'>[],
  recipient = afripol,
): Promise<SignedSet> {
  const parts = gifts.map(({ notice, sections }) => {
    const { disclosed } = redact(notice, sections);
    return { jti: notice.jti, digest: notice.digest, disclosed, sections, advertised: [], obligations: [] };
  });
  const content = { recipient, originator: europol, frame, policies: {}, parts };
  return signDelivery(content, { signer: hub.signer, now: new Date() });
}

describe('gateway inbound: a broken frame', () => {
  const dropped = async (subject: string, bytes: Uint8Array) => {
    const before = gateway.store.rejected().length;
    await hub.publish('afripol', subject, bytes);
    await until('it is dropped', () => gateway.store.rejected().length > before);
    await until('it has left the queue', async () => (await broker.count('afripol', 'IN')) === 0);
    return gateway.store.rejected().at(-1);
  };

  test('with the statement for another recipient is dropped, and its code is stored', async () => {
    const gift = await make();
    const frame = someFrame();
    const statement = await statementFor(frame, [gift], parseOrgId('aseanapol'));
    const notices = [redact(gift.notice, gift.sections).text];
    const bytes = frames.delivery.encode({ statement, notices });
    expect(await dropped(subjects.delivery(europol, frame), bytes)).toMatchObject({
      frame,
      class: 'delivery',
      code: 'audience-mismatch',
    });
  });

  test('under the name of another frame or originator is dropped', async () => {
    const gift = await make();
    const statement = await statementFor(someFrame(), [gift]);
    const bytes = frames.delivery.encode({ statement, notices: [redact(gift.notice, gift.sections).text] });
    const other = await dropped(subjects.delivery(europol, someFrame()), bytes);
    expect(other?.code).toBe('frame-id-mismatch');
    const foreign = await dropped(subjects.delivery(parseOrgId('aseanapol'), someFrame()), bytes);
    expect(foreign?.code).toBe('issuer-mismatch');
  });

  test('with a statement that an organisation signed is dropped', async () => {
    const gift = await make();
    const frame = someFrame();
    const signer = await readSigner(broker.home.org(europol, 'notice.jwk'));
    const { disclosed } = redact(gift.notice, gift.sections);
    const { jti, digest } = gift.notice;
    const part = { jti, digest, disclosed, sections: gift.sections, advertised: [], obligations: [] };
    const content = { recipient: afripol, originator: europol, frame, policies: {}, parts: [part] };
    const statement = await signDelivery(content, { signer, now: new Date() });
    const notices = [redact(gift.notice, gift.sections).text];
    const bytes = frames.delivery.encode({ statement, notices });
    expect((await dropped(subjects.delivery(europol, frame), bytes))?.code).toBe('key-invalid');
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
    const { receipt, set } = await deliver(someFrame(), await make());
    expect(receipt.parts).toHaveLength(1);
    const bytes = frames.receiptForward.encode({ receipts: [set] });
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
