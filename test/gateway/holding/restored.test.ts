import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signAction } from '../../../services/shared/ledger/action.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Broker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted } from '../craft.js';
import type { Hub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';
import { handOver } from './hand-over-actions.js';
import { startHolder } from './start-holder.js';

const afripol = parseOrgId('afripol');
const now = (): Date => new Date();
const EXP = Math.floor(Date.now() / 1000) + 86_400;
/** The last row of a page of own revisions, and the first of the next one. */
const [LOST, LOST_NEXT] = [7, 8].map(
  (number) => `01a21056-15a8-71b0-8594-e5708ea13abd.${Date.now() + number}`,
) as [string, string];
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  ({ broker, hub, gateway } = await startHolder(now));
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const shown = async ({ notice }: Crafted): Promise<number> =>
  (await gateway.call('GET', `/v1/inbox/europol/${notice.id}`)).status;
const stateOf = async ({ notice }: Crafted) =>
  (await gateway.call('GET', `/v1/inbox/europol/${notice.id}/life`)).body['state'];

/** Submits an own notice of afripol. */
async function submit(): Promise<string> {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('it is settled', async () => (await own(id))['state'] !== 'queued');
  return id;
}
const own = async (id: string): Promise<Json> => (await gateway.call('GET', `/v1/notices/${id}`)).body;

async function hold(): Promise<Crafted> {
  const gift = await craft(broker, hub.directory, { number: Date.now() });
  await handOver({ hub, now }, { to: afripol, actions: [], gifts: [gift] });
  await until('it is held', async () => (await shown(gift)) === 200);
  return gift;
}

test('a gateway whose database is older than the ledger shows nothing that ended meanwhile, erases no own notice without its own withdrawal, and numbers its receipt frames above those of the ledger', async () => {
  const gifts = [await hold(), await hold(), await hold(), await hold()] as const;
  const [ended, replaced, barred, same] = gifts;
  const [unproved, withdrawn, living] = [await submit(), await submit(), await submit()];
  const known = await Promise.all([unproved, withdrawn, living].map(own));
  const rows = known.map(({ id, number }) => `${String(id)}.${String(number)} red ${EXP} europol`);
  const { receiptSigner: signer, noticeSigner } = gateway.identity;
  const { statement } = await signAction(
    { id: parseNoticeId(withdrawn), number: 1, verb: 'withdraw', reason: 'basis-gone' },
    { signer: noticeSigner, federation: hub.directory.federation, now: now(), members: 2 },
  );
  const proof = [statement];
  const signed = await signReceiptsStatement(
    { number: 99, previous: null },
    { receipts: [], changes: [] },
    { recipient: afripol, federation: hub.directory.federation, signer, now: now() },
  );
  await gateway.stop();
  const asked: Json[] = [];
  let isAnswering = false;
  const standingOf = ({ id }: { readonly id: string }) => {
    if (id === unproved) return { number: null, end: { verb: 'withdraw', number: 1 }, actions: [] };
    if (id === withdrawn) return { number: null, end: { verb: 'withdraw', number: 1, proof }, actions: [] };
    if (id === living) return { number: null, end: null, actions: [] };
    const number = gifts.find(({ notice }) => notice.id === id)?.notice.number ?? 0;
    if (id === ended.notice.id) return { number, end: { verb: 'withdraw', number: number + 1 }, actions: [] };
    if (id === replaced.notice.id) return { number: number + 5, end: null, actions: [] };
    if (id === barred.notice.id) return { number, end: null, actions: [digest('an action that was lost')] };
    return { number, end: null, actions: [] };
  };
  hub.answer = (query) => {
    if (query['type'] !== 'standing') return undefined;
    const held = (query['held'] ?? []) as readonly { readonly id: string }[];
    asked.push(query as Json);
    if (held.length > 0 && !isAnswering) return undefined;
    const newest = { number: 99, digests: [digest(signed)], signed };
    const read = { epoch: '0'.repeat(32), sequence: 1 };
    return {
      type: 'standing',
      read,
      submission: null,
      receipts: newest,
      held: held.map(standingOf),
      ...(query['after'] === 0 ? { own: rows, next: LOST } : { own: [], next: null }),
      ...(query['after'] === LOST && { own: [`${LOST_NEXT} blue ${EXP} europol interpol`] }),
    };
  };
  gateway = await startGateway(broker, 'afripol', { settings: { previewMs: 1_000 } });
  await until('it knows that it was restored', async () => (await shown(same)) === 503);
  expect((await gateway.call('GET', '/v1/inbox')).status).toBe(503);
  expect(gateway.gateway.reasons()).toContain('not-ready');
  isAnswering = true;
  await until('it has compared all', async () => (await shown(same)) === 200);
  expect(await Promise.all(gifts.map(shown))).toEqual([404, 404, 404, 200]);
  expect(await Promise.all(gifts.map(stateOf))).toEqual(['ended', 'not-held', 'suspended', 'held']);
  expect(gateway.store.facts.number('receipt-frame')).toBeGreaterThanOrEqual(99);
  expect(gateway.gateway.reasons()).not.toContain('not-ready');
  expect(asked.some((query) => Array.isArray(query['held']))).toBe(true);
  expect((await own(withdrawn))['life']).toMatchObject({
    ended: { ending: 'withdrawn', reason: 'basis-gone' },
  });
  expect(await own(withdrawn)).toMatchObject({ sections: null });
  for (const id of [unproved, living]) {
    expect((await own(id))['life']).not.toHaveProperty('ended');
    expect((await own(id))['sections']).not.toBeNull();
  }
  expect(await own(LOST_NEXT.slice(0, 36))).toMatchObject({
    state: 'lost',
    kind: 'blue',
    lostRecipients: ['europol', 'interpol'],
  });
  const { body } = await gateway.call('GET', '/v1/notices?state=lost');
  expect(body['items']).toHaveLength(1);
});
