import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf } from '../../../services/shared/ledger/denials.js';
import { verifyReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import type { SignedRecord } from '../../../services/shared/ledger/record-head.js';
import { hashCopy } from '../../../services/shared/trust/copy-digests.js';
import { digest, hexOfDigest } from '../../../services/shared/trust/digest.js';
import { redact } from '../../../services/shared/trust/redact.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted, someFrame } from '../craft.js';
import {
  craftDelivery,
  craftMessage,
  craftReport,
  craftRouting,
  decide,
  type Gift,
  type MessageChange,
  noticePartOf,
} from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { type Json, startGateway, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('afripol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const make = () => craft(broker, hub.directory);
const find = (id: string) => gateway.call('GET', `/v1/inbox/europol/${id}`);
const by = () => ({ signer: hub.signer, directory: hub.directory, now: () => new Date() });
const reading = () => ({ directory: hub.directory, recipient: afripol, now: new Date() });

const messageFor = (frame: FrameId, gifts: readonly Gift[], change: MessageChange = {}) =>
  craftMessage(by(), { recipient: afripol, originator: europol, frame, gifts }, change);

const dropped = async (subject: string, bytes: Uint8Array) => {
  const before = gateway.store.rejected().length;
  await hub.publish('afripol', subject, bytes);
  await until('it is dropped', () => gateway.store.rejected().length > before);
  await until('it has left the queue', async () => (await broker.count('afripol', 'IN')) === 0);
  return gateway.store.rejected().at(-1);
};

/** Changes by which a delivery contradicts its records, by their description. */
const contradictions: Readonly<
  Record<string, (gift: Crafted) => MessageChange & { readonly gifts?: readonly Gift[] }>
> = {
  'has a section less': (gift) => ({
    gifts: [{ ...gift, sections: gift.sections.slice(1) }],
    recorded: [gift],
  }),
  'has a section more': (gift) => ({
    gifts: [gift],
    recorded: [{ ...gift, sections: gift.sections.slice(1) }],
  }),
  'lacks a notice': (gift) => ({ gifts: [], recorded: [gift] }),
  'has a notice more': (gift) => ({ gifts: [gift, gift], recorded: [gift] }),
  'has another root': () => ({ statement: { root: digest('another') } }),
  'has another seed': () => ({ frame: (made) => ({ ...made, seed: randomBytes(16) }) }),
  'has a disclosure more that the notice does not name': (gift) =>
    withCopy((text) => `${text}${Buffer.from('["c2FsdA","x",1]').toString('base64url')}~`, gift),
  'has a disclosure less': (gift) => withCopy((text) => text.split('~').toSpliced(1, 1).join('~'), gift),
  'names a record that it does not show': () => ({ statement: { records: [digest('a'), digest('b')] } }),
};

/** The hub delivers another text under the signature of the originator, and a root over that text. */
function withCopy(change: (text: string) => string, { notice, sections }: Crafted): MessageChange {
  const text = change(redact(notice, sections).text);
  const { disclosed = '', digest: named = '' } = hashCopy(text) ?? {};
  return {
    leaves: [{ jti: notice.jti, digest: named, disclosed }],
    frame: (made) => ({ ...made, items: [{ notice: text }] }),
  };
}

/** Changes of the message alone, which leave what the hub signed as it is. */
const UNSIGNED = ['has another seed', 'names a record that it does not show'];

describe('gateway inbound: a delivery that contradicts its records', () => {
  test.each(Object.keys(contradictions))(
    'because it %s is not held or answered, and kept as evidence',
    async (name) => {
      const gift = await make();
      const frame = someFrame();
      const [before, kept] = [hub.receipts.length, gateway.store.evidence.list().length];
      const { gifts = [gift], ...change } = contradictions[name]!(gift);
      const entry = await dropped(subjects.delivery(europol, frame), await messageFor(frame, gifts, change));
      expect(entry).toMatchObject({ frame, class: 'delivery', code: 'delivery-differs' });
      expect((await find(gift.notice.id)).status).toBe(404);
      expect(gateway.store.inbox.deliveries(europol, frame)).toEqual([]);
      const evidence = gateway.store.evidence.list().slice(kept);
      expect(evidence).toMatchObject([{ what: 'contradiction', org: 'europol', frame }]);
      const { bytes = Buffer.of() } = gateway.store.evidence.byDigest(evidence[0]!.digest) ?? {};
      const stored = frames.delivery.decode(bytes);
      expect([stored.items, stored.records.length]).toEqual([[], 1]);
      expect(hub.receipts.length).toBe(before);
      const file = (await gateway.call('GET', `/v1/evidence/${hexOfDigest(evidence[0]?.digest ?? '')}`)).body;
      expect(file).toMatchObject({ what: 'delivery-contradicts-record', accused: 'hub', receipt: null });
      const root = readAnchor(broker.home);
      const { holds } = await verifyEvidence(JSON.stringify(file), { root, now: new Date() });
      expect(holds).toBe(!UNSIGNED.includes(name));
      const { alarms } = (await gateway.call('GET', '/readyz')).body as { alarms: readonly Json[] };
      expect(alarms.map(({ alarm }) => alarm)).toContain('delivery-contradicts-record');
    },
  );

  test('once its records were answered, is no second delivery with another root', async () => {
    const gift = await make();
    const frame = someFrame();
    const crafting = { recipient: afripol, originator: europol, frame };
    const routing = await craftRouting(by(), { ...crafting, gifts: [gift] });
    await deliverBy([routing], frame, gift);
    const less = { ...gift, sections: gift.sections.slice(1) };
    const before = hub.receipts.length;
    const bytes = await craftDelivery(by(), { ...crafting, gifts: [less], records: [routing] });
    expect(await dropped(subjects.delivery(europol, frame), bytes)).toMatchObject({
      code: 'delivery-differs',
    });
    expect([gateway.store.inbox.deliveries(europol, frame).length, hub.receipts.length]).toEqual([1, before]);
  });

  test('of which the same statement arrives twice is kept once', async () => {
    const gift = await make();
    const frame = someFrame();
    const bytes = await messageFor(frame, [gift], { statement: { root: digest('another') } });
    const before = gateway.store.evidence.list().length;
    await dropped(subjects.delivery(europol, frame), bytes);
    await dropped(subjects.delivery(europol, frame), bytes);
    expect(gateway.store.evidence.list().length).toBe(before + 1);
  });
});

describe('gateway inbound: a frame that was narrowed after it was answered', () => {
  test('is answered again for what is left, and the first receipt is sent again', async () => {
    const [kept, gone] = [await make(), await make()];
    const frame = someFrame();
    const crafting = { recipient: afripol, originator: europol, frame };
    const routing = await craftRouting(by(), { ...crafting, gifts: [kept, gone] });
    const first = await deliverBy([routing], frame, kept, gone);
    const denied = recordedOf(gone.notice.jti, [decide(afripol, gone.sections, undefined)]);
    const parts = [noticePartOf(gone.notice), ...denied.denials.flatMap(eachDenied), ...denied.decisions];
    const narrowing = await craftReport(by(), { originator: europol, frame, parts, reason: 'narrowing' });
    const before = hub.receipts.length;
    const second = await deliverBy([routing, narrowing], frame, kept);
    expect(second.receipt).toMatchObject({
      records: [routing.digest, narrowing.digest],
      size: 1,
      except: [],
    });
    const again = hub.receipts.slice(before).flatMap(({ message }) => message.receipts);
    expect(again.map(({ statement }) => statement)).toEqual([first.statement, second.statement]);
  });
});

/** Delivers what these records leave; resolves with the receipt that names all of them. */
async function deliverBy(records: readonly SignedRecord[], frame: FrameId, ...gifts: readonly Gift[]) {
  const before = hub.receipts.length;
  await hub.deliver(afripol, { originator: europol, frame, notices: gifts, records });
  return until('a receipt', async () => {
    for (const { statement } of hub.receipts.slice(before).flatMap(({ message }) => message.receipts)) {
      const receipt = await verifyReceipt(statement, reading());
      if (receipt.delivery === frame && receipt.records.length === records.length)
        return { statement, receipt };
    }
    return undefined;
  });
}
