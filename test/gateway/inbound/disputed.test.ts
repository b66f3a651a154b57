import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { verifyDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { type ReceiptContent, signReceipt } from '../../../services/shared/ledger/receipt/receipt.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { openSubmission } from '../../../services/shared/trust/open-notice.js';
import { verifyEvidence } from '../../../services/shared/verify/verify-evidence.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noticesIn } from '../../../services/shared/wire/items.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { someFrame } from '../craft.js';
import { craftDelivery, type Gift } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, hearLog, type Json, startGateway, type Started } from '../start-gateway.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;
let lines: readonly Json[];

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const heard = hearLog();
  lines = heard.lines;
  gateway = await startGateway(broker, 'europol', { log: heard.log, settings: { resendMs: 200 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.lose.add('delivery');
  await hub.serve('europol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const stateOf = (id: string) => gateway.store.own.find(id)?.state;
const show = async (id: string) => (await gateway.call('GET', `/v1/notices/${id}`)).body;
const disputes = () => gateway.store.evidence.list().filter(({ what }) => what === 'dispute');
/** The alarm about a delivery of this frame that differs; it is raised once the receipt is on disk. */
const alarmOn = (frame: string) =>
  until('the alarm', () =>
    lines.find((line) => line['alarm'] === 'delivery-differs' && line['frame'] === frame),
  );

/** Submits a notice; resolves once it is reported on, with the notice as the hub may deliver it. */
async function routed() {
  const before = hub.seen.length;
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('it is routed', () => stateOf(id) === 'routed');
  const { frame, message } = hub.seen[before]!;
  const [text = ''] = noticesIn(frames.submission.decode(message.submission));
  const notice = await openSubmission(text, {
    directory: hub.directory,
    originator: europol,
    now: new Date(),
  });
  return { id, frame, gift: { notice, sections: notice.sections } };
}

/**
 * Submits a green and a red notice that are in one frame, with the red one as the hub may deliver it; the hub denies `afripol`
 * the green one.
 */
async function routedPair() {
  const submit = async (kind: string): Promise<string> =>
    String((await gateway.call('POST', '/v1/notices', { body: example(kind) })).body['id']);
  const frameOf = (id: string) => gateway.store.own.find(id)?.frame ?? null;
  hub.rule = ({ header, sections }) => (header.kind === 'green' ? undefined : sections);
  hub.lose.add('report');
  const [green, red] = await until('two notices in one frame', async () => {
    // A frame that was sent holds the next notices back until its report, but for a second at most.
    const first = await submit('red');
    await until('the first frame', () => frameOf(first) !== null);
    const pair = [await submit('green'), await submit('red')] as const;
    await until('the second frame', () => frameOf(pair[1]) !== null);
    return frameOf(pair[0]) === frameOf(pair[1]) && pair;
  });
  const { id: frame = '' } = gateway.store.evidence.framesOf(red)[0] ?? {};
  const sent = await until('the frame at the hub', () => hub.seen.find((one) => one.frame === frame));
  const report = await until('its report', () => hub.reports.get(sent.frame));
  hub.lose.delete('report');
  await hub.publish('europol', subjects.report(sent.frame), report.bytes);
  await until('it is routed', () => stateOf(red) === 'routed');
  const texts = noticesIn(frames.submission.decode(sent.message.submission));
  const opening = { directory: hub.directory, originator: europol, now: new Date() };
  const notices = await Promise.all(texts.map((text) => openSubmission(text, opening)));
  const notice = notices.find(({ header }) => header.kind === 'red')!;
  hub.rule = ({ sections }) => sections;
  return { green, id: red, frame: sent.frame, gift: { notice, sections: notice.sections } };
}

/**
 * Returns a receipt for a delivery of this frame, with its delivery statement, as the recipient sends them.
 */
async function answerTo(
  { frame, gift }: Awaited<ReturnType<typeof routed>>,
  delivered: Gift = gift,
  change: Partial<ReceiptContent> = {},
) {
  const by = { signer: hub.signer, directory: hub.directory, now: () => new Date() };
  const crafting = { recipient: afripol, originator: europol, frame, gifts: [delivered] };
  const bytes = await craftDelivery(by, { ...crafting, records: [hub.reports.get(frame)!] });
  const { statement: delivery } = frames.delivery.decode(bytes);
  const now = new Date();
  const { records, root, size } = await verifyDelivery(delivery, {
    directory: hub.directory,
    recipient: afripol,
    now,
  });
  const about = {
    recipient: afripol,
    federation: hub.directory.federation,
    originator: europol,
    delivery: frame,
  };
  const signer = await readSigner(broker.home.org(afripol, 'receipt.jwk'));
  const said = { ...about, records, root, size, except: [], actions: [], ...change };
  return { statement: await signReceipt(said, { signer, now }), delivery };
}

const forward = (...receipts: readonly { statement: string; delivery?: string }[]) =>
  hub.publish('europol', subjects.receipt(afripol, someFrame()), frames.receiptForward.encode({ receipts }));

/** The newest evidence as its file, and what verifying it with the root's key alone says. */
async function convicted() {
  const { items } = (await gateway.call('GET', '/v1/evidence')).body as { readonly items: readonly Json[] };
  const file = (await gateway.call('GET', `/v1/evidence/${String(items.at(-1)?.['id'])}`)).body;
  const verified = await verifyEvidence(JSON.stringify(file), {
    root: readAnchor(broker.home),
    now: new Date(),
  });
  const { accused = null } = file as { readonly accused?: string };
  return { listed: items.at(-1), accused, ...verified };
}

describe('gateway: a receipt for a delivery with a section less than its report promises', () => {
  test('disputes the notice: it is never settled or sent again, and both statements are evidence', async () => {
    const sent = await routed();
    const less = { ...sent.gift, sections: sent.gift.sections.slice(1) };
    const answer = await answerTo(sent, less);
    const kept = disputes().length;
    await forward(answer);
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    expect((await show(sent.id))['recipients']).toMatchObject([
      { org: 'afripol', receipt: { type: 'held', verified: false, code: 'delivery-differs' } },
    ]);
    expect(disputes().slice(kept)).toMatchObject([{ org: 'afripol', frame: sent.frame }]);
    const [{ bytes } = { bytes: Buffer.of() }] = gateway.store.evidence.disputesOn(sent.frame);
    expect(frames.receipt.decode(bytes).receipts).toEqual([answer]);
    // The hub signed a delivery that is not what it reported.
    expect(await alarmOn(sent.frame)).toMatchObject({ place: 'hub', recipient: 'afripol' });
    const { listed: entry, ...verdict } = await convicted();
    expect(entry).toMatchObject({ what: 'delivery-differs', recipient: 'afripol', frame: sent.frame });
    expect([verdict.accused, verdict.holds, verdict.lines.at(-1)?.says]).toEqual([
      'hub',
      true,
      'hub is convicted (delivery-differs): it has other notices or sections than its records leave',
    ]);
    expect(await gateway.metrics()).toContain('liaison_gateway_disputed_notices 1');
    const listed = (await gateway.call('GET', '/v1/notices?state=disputed')).body['items'];
    expect(listed).toMatchObject([{ id: sent.id }]);

    const seen = hub.seen.length;
    await forward(await answerTo(sent));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([stateOf(sent.id), hub.seen.length]).toEqual(['disputed', seen]);
  });

  test('convicts its recipient when the delivery that it sends along has the promised root', async () => {
    const sent = await routed();
    const { root } = JSON.parse(
      Buffer.from(
        (await answerTo(sent, { ...sent.gift, sections: [] })).statement.split('.')[1]!,
        'base64url',
      ).toString(),
    ) as { readonly root: string };
    await forward(await answerTo(sent, sent.gift, { root }));
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    expect(await alarmOn(sent.frame)).toMatchObject({ place: 'recipient' });
    expect(await convicted()).toMatchObject({ accused: 'afripol', holds: true });
  });

  test('convicts its recipient by its receipt and the records alone, also once the content is erased', async () => {
    const sent = await routed();
    const { statement } = await answerTo(sent, { ...sent.gift, sections: [] });
    await forward({ statement });
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    expect(await convicted()).toMatchObject({ accused: 'afripol', holds: true, kind: 'conviction' });
    await gateway.store.commit(() =>
      gateway.store.ends.end(sent.id, { ending: 'expired', reason: null, at: Date.now() }),
    );
    expect(await convicted()).toMatchObject({ accused: 'afripol', holds: true, kind: 'conviction' });
  });

  test.each([
    ['that the hub did not sign', (delivery: string) => delivery.replace(/[^.]+$/, 'A'.repeat(86))],
    ['that is no token', () => 'a delivery'],
  ])('convicts its recipient when it sends along a delivery %s', async (_, replaced) => {
    const sent = await routed();
    const { statement, delivery } = await answerTo(sent, { ...sent.gift, sections: [] });
    await forward({ statement, delivery: replaced(delivery) });
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    expect(await alarmOn(sent.frame)).toMatchObject({ place: 'recipient' });
    expect(await convicted()).toMatchObject({ accused: 'afripol', holds: true });
    const pack = (await gateway.call('GET', `/v1/notices/${sent.id}/evidence`)).body;
    expect(pack['deliveries']).toMatchObject([{ statement: null, receipt: statement }]);
  });

  test('after another receipt for the same delivery convicts its recipient by the records', async () => {
    const sent = await routed();
    await forward(await answerTo(sent));
    await until('it is settled', () => stateOf(sent.id) === 'settled');
    const kept = disputes().length;
    const { statement } = await answerTo(sent, { ...sent.gift, sections: [] });
    await forward({ statement });
    await until('the second is kept', () => disputes().length > kept);
    expect(await convicted()).toMatchObject({
      listed: { what: 'delivery-differs' },
      accused: 'afripol',
      holds: true,
    });
  });
});

describe('gateway: a receipt for a frame of two notices, of which its recipient gets only the second', () => {
  const packOf = async (id: string) => (await gateway.call('GET', `/v1/notices/${id}/evidence`)).body as Json;

  test('disputes the second, with what it lists of it by its place in the delivery, and never the first', async () => {
    // Another frame with a dispute comes first: each receipt is read with its own.
    const earlier = await routed();
    await forward(await answerTo(earlier, { ...earlier.gift, sections: [] }));
    await until('it is disputed', () => stateOf(earlier.id) === 'disputed');
    const sent = await routedPair();
    const { jti } = sent.gift.notice;
    const except = [{ index: 0, jti, type: 'rejected', code: 'expired' }] as const;
    const answer = await answerTo(sent, { ...sent.gift, sections: [] }, { except });
    await forward(answer);
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    expect((await show(sent.id))['recipients']).toMatchObject([
      { org: 'afripol', receipt: { type: 'rejected', verified: false, code: 'delivery-differs' } },
    ]);
    expect((await show(sent.green))['recipients']).toMatchObject([
      { org: 'afripol', outcome: 'denied', receipt: null },
    ]);
    expect((await packOf(sent.id))['deliveries']).toMatchObject([
      { recipient: 'afripol', receipt: answer.statement, places: [{ index: 0 }] },
    ]);
    expect((await packOf(sent.green))['deliveries']).toEqual([]);
  });

  test('settles it with what it lists', async () => {
    const sent = await routedPair();
    const { jti } = sent.gift.notice;
    const except = [{ index: 0, jti, type: 'rejected', code: 'schema-invalid' }] as const;
    await forward(await answerTo(sent, sent.gift, { except }));
    await until('it is settled', () => stateOf(sent.id) === 'settled');
    expect((await show(sent.id))['recipients']).toMatchObject([
      { org: 'afripol', receipt: { type: 'rejected', verified: true, code: 'schema-invalid' } },
    ]);
  });
});

describe('gateway: a receipt', () => {
  test('with the root that the gateway computes settles the notice', async () => {
    const sent = await routed();
    await forward(await answerTo(sent));
    await until('it is settled', () => stateOf(sent.id) === 'settled');
    expect((await show(sent.id))['recipients']).toMatchObject([
      { receipt: { type: 'held', verified: true } },
    ]);
  });

  test('that lists another notice is dropped, and the others of its frame count', async () => {
    const [sent, other] = [await routed(), await routed()];
    const { jti } = other.gift.notice;
    const wrong = await answerTo(sent, sent.gift, {
      except: [{ index: 0, jti, type: 'rejected', code: 'expired' }],
    });
    const before = gateway.store.rejected().length;
    await forward(wrong, await answerTo(other));
    await until('the other is settled', () => stateOf(other.id) === 'settled');
    expect(gateway.store.rejected().slice(before)).toMatchObject([
      { class: 'receipt', code: 'digest-mismatch' },
    ]);
    expect(stateOf(sent.id)).toBe('routed');
  });
});

describe('gateway: a dispute whose records were forgotten with its notice', () => {
  test('is a conviction without a verdict, and no claim against the recipient', async () => {
    const sent = await routed();
    const { statement } = await answerTo(sent, { ...sent.gift, sections: [] });
    await forward({ statement });
    await until('it is disputed', () => stateOf(sent.id) === 'disputed');
    const forever = Date.now() + 20 * 365 * 86_400_000;
    for (let isMore = true; isMore; )
      isMore = (await gateway.store.commit(() => gateway.store.sweep(forever))).more;
    const { kind, holds, lines: said } = await convicted();
    expect([kind, holds, said.at(-1)?.claim, said.at(-1)?.code]).toEqual([
      'conviction',
      false,
      'conviction',
      'digest-mismatch',
    ]);
  });
});
