import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createReceiveReceipts } from '../../../services/gateway/inbound/receive-receipts.js';
import {
  type FrameId,
  type NoticeId,
  parseCommandId,
  parseNoticeId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { frames, type Receipt } from '../../../services/shared/wire/frames.js';
import type { Broker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { bytesOnDisk, someFrame } from '../craft.js';
import { follow, type Listener } from '../follow.js';
import type { Hub } from '../play-hub.js';
import { clockWatchOf, example, type Json, type Started } from '../start-gateway.js';
import { type CraftedRecall, craftRecall, type Recalling, startRecalling } from './craft-recall.js';

const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let world: Recalling;
let broker: Broker;
let gateway: Started;
let holder: Started;
let hub: Hub;
let listener: Listener;
beforeAll(async () => {
  world = await startRecalling();
  ({ broker, gateway, holder, hub } = world);
  listener = await follow(holder, { token: readSecret(broker.home.org(afripol, 'token')) });
});
afterAll(async () => {
  listener?.stop();
  await world?.stop();
});

const show = async (id: string): Promise<Json> => (await gateway.call('GET', `/v1/notices/${id}`)).body;
const lifeOf = async (id: string) =>
  (await show(id))['life'] as { readonly actions: readonly Json[]; readonly ended?: Json };
const recalled = (id: NoticeId, more: object = {}): Promise<CraftedRecall> =>
  craftRecall(hub, { originator: europol, id, by: world.by, ...more });

/** Submits a notice of europol. */
async function submit(canary = 'x'): Promise<NoticeId> {
  const { header, sections } = example('red');
  const threat = { ...Object(sections['threat']), description: canary };
  const body = { header, sections: { ...sections, threat } };
  const { body: stored } = await gateway.call('POST', '/v1/notices', { body });
  return parseNoticeId(stored['id']);
}

/** A notice of europol that afripol holds. */
async function publish(canary?: string): Promise<NoticeId> {
  const id = await submit(canary);
  await until('it is settled', async () => (await show(id))['state'] === 'settled');
  return id;
}

/** The answers of an organisation to a recall. */
const answersTo = (recall: CraftedRecall, org: string): readonly Json[] =>
  hub.receipts
    .filter((one) => one.org === org)
    .flatMap(({ message }) =>
      message.receipts.flatMap(({ statement }) => (claimsIn(statement) as Json)['actions']),
    )
    .filter((one) => (one as Json)['digest'] === recall.digest) as readonly Json[];

/** Waits for the receipt of afripol in answer to this frame, as it signed it. */
const receiptFor = (frame: FrameId): Promise<Receipt> =>
  until('the receipt', () =>
    hub.receipts
      .flatMap(({ org, message }) => (org === afripol ? message.receipts : []))
      .find(({ statement }) => (claimsIn(statement) as Json)['delivery'] === frame),
  );

/** Receives receipts of afripol in one frame, as europol's gateway does. */
function receiveReceipts(...receipts: readonly Receipt[]): Promise<readonly FrameId[]> {
  const { identity, store } = gateway;
  const ignore = { onSettled: () => {}, onReceipt: () => {}, onAnswered: () => {}, onDisputed: () => {} };
  const onDropped = (code: string): Promise<void> => Promise.reject(new Error(`dropped: ${code}`));
  const receive = createReceiveReceipts({
    identity,
    store,
    clockWatch: clockWatchOf(identity),
    onUnproved: (error) => expect.fail(error.message),
    onDropped,
    ...ignore,
  });
  return receive({ recipient: afripol, frame: someFrame() }, frames.receiptForward.encode({ receipts }));
}

const held = async (id: NoticeId) => (await holder.call('GET', `/v1/inbox/europol/${id}`)).status;

describe('gateway: the federation’s recall of a notice', () => {
  test('erases it at its holder and at its originator, who sees what each holder signed', async () => {
    const canary = `canary-${Math.random()}`;
    const id = await publish(canary);
    expect(await held(id)).toBe(200);
    const disclosures = splitSdJwt(holder.store.holdings.read(europol, id).copy?.sdJwt ?? '').disclosures;
    const text = disclosures.find((one) => Buffer.from(one, 'base64url').includes(canary)) ?? '?';
    for (const org of [europol, afripol]) expect(bytesOnDisk(broker, org).includes(text)).toBe(true);
    const recall = await recalled(id);
    await recall.handTo(europol, afripol);
    await until(
      'both answers',
      () => answersTo(recall, europol).length + answersTo(recall, afripol).length === 2,
    );
    for (const org of [europol, afripol]) {
      const before = expect.any(String) as string;
      expect(answersTo(recall, org)).toMatchObject([{ id, type: 'destroyed', before, after: null }]);
      await until('its bytes are gone', () => !bytesOnDisk(broker, org).includes(text));
    }
    expect(await held(id)).toBe(404);
    const told = await until('the event', () =>
      listener.events.find((one) => one.id === id && one.name === 'ended'),
    );
    expect(told.data).toMatchObject({ reason: 'federation-rule' });
    expect((await lifeOf(id)).ended).toMatchObject({ ending: 'cancelled', reason: 'federation-rule' });
    const shown = () => lifeOf(id).then(({ actions }) => actions);
    await until('the word of the holder', async () => Object(await shown())[0].answers.length === 1);
    expect(await shown()).toMatchObject([
      {
        verb: 'cancel',
        state: 'settled',
        owed: [],
        answers: [{ org: afripol, type: 'destroyed', verified: true }],
      },
    ]);
  });

  test('ends the notice for its originator: no later revision or action', async () => {
    const id = await publish();
    const recall = await recalled(id);
    await recall.handTo(europol);
    await until('the answer', () => answersTo(recall, europol).length === 1);
    for (const [path, body] of [
      ['withdraw', { reason: 'issued-in-error' }],
      ['suspend', { reason: 'under-review', until: new Date(Date.now() + 60_000).toISOString() }],
    ] as const) {
      const { status, body: said } = await gateway.call('POST', `/v1/notices/${id}/${path}`, { body });
      expect([status, said['code']]).toEqual([409, 'notice-ended']);
    }
  });

  test('gets the same answer when it is delivered again, and the receipt waits until its originator has the recall', async () => {
    const id = await publish();
    const recall = await recalled(id);
    await recall.handTo(afripol);
    await until('the answer', () => answersTo(recall, afripol).length === 1);
    await recall.handTo(europol);
    await until('the word of the holder', async () => {
      const [action] = (await lifeOf(id)).actions;
      return (action?.['answers'] as readonly Json[] | undefined)?.length === 1;
    });
    expect(holder.store.inbox.deliveries(europol, recall.frame)).toHaveLength(1);
    await recall.handTo(afripol);
    await until('the same answer', () => answersTo(recall, afripol).length === 2);
    const [one, again] = answersTo(recall, afripol);
    expect(again).toEqual(one);
  });

  describe('when a holder’s receipt for it arrives at the originator without the recall', () => {
    afterEach(() => hub.lose.clear());
    /** Returns the receipt of afripol for the recall of this notice; the hub does not forward it. */
    const receiptForRecall = async (id: NoticeId) => {
      hub.lose.add('forward');
      const recall = await recalled(id);
      await recall.handTo(afripol);
      return { recall, receipt: await receiptFor(recall.frame) };
    };

    test('the receipt waits for the recall, and the other receipts of its frame are stored', async () => {
      const id = await publish();
      const { recall, receipt } = await receiptForRecall(id);
      const sent = hub.seen.length;
      const other = await submit();
      await until('it is routed', async () => (await show(other))['state'] === 'routed');
      const { frame } = hub.seen[sent] ?? expect.fail('no frame was sent');
      const both = [receipt, await receiptFor(frame)];
      await expect(receiveReceipts(...both)).rejects.toMatchObject({ code: 'not-ready' });
      expect((await show(other))['state']).toBe('settled');
      await recall.handTo(europol);
      await until('the originator’s answer', () => answersTo(recall, europol).length === 1);
      await receiveReceipts(receipt);
      expect((await lifeOf(id)).actions).toMatchObject([{ answers: [{ org: afripol }] }]);
    });

    test('the receipt does not wait if the notice has expired', async () => {
      const id = await publish();
      const { receipt } = await receiptForRecall(id);
      const { store } = gateway;
      await store.commit(() => store.ends.erase(store.own.revisions(id)));
      expect((await lifeOf(id)).ended).toMatchObject({ ending: 'expired' });
      expect(await receiveReceipts(receipt)).toEqual([]);
    });
  });

  test('keeps a copy with a ground, and answers with it', async () => {
    const id = await publish();
    const body = { ground: 'legal-hold' };
    expect((await holder.call('POST', `/v1/inbox/europol/${id}/keep`, { body })).status).toBeLessThan(300);
    const recall = await recalled(id);
    await recall.handTo(afripol);
    await until('the answer', () => answersTo(recall, afripol).length === 1);
    expect(answersTo(recall, afripol)).toMatchObject([{ type: 'kept', code: 'legal-hold' }]);
  });

  test('of one person, too late, of a proposal only or of another one, or for another notice changes nothing, and is kept as evidence', async () => {
    const id = await publish();
    const other = await publish();
    const accepted = Math.floor(Date.now() / 1000) + 86_401;
    const bad = [
      await recalled(id, { by: [world.by[0], world.by[0]] }),
      await recalled(id, { part: { outcome: 'proposed' } }),
      await recalled(id, { part: { notice: other } }),
      await recalled(id, { part: { accepted } }),
      await recalled(id, { proposed: { outcome: 'refused', code: 'expired' } }),
      await recalled(id, { part: { proposal: digest('another record') } }),
      await recalled(id, { part: { first: parseCommandId(uuidv7()) } }),
    ];
    const before = holder.store.evidence.list().length;
    for (const recall of bad) await recall.handTo(afripol);
    await until('the evidence', () => holder.store.evidence.list().length >= before + 2);
    // The router that accepted the second command had a clock behind that of the first.
    const good = await recalled(other, { part: { accepted: Math.floor(Date.now() / 1000) - 30 } });
    await good.handTo(afripol);
    await until('the answer to a good one', () => answersTo(good, afripol).length === 1);
    for (const recall of bad) expect(answersTo(recall, afripol)).toEqual([]);
    expect([await held(id), await held(other)]).toEqual([200, 404]);
  });
});
