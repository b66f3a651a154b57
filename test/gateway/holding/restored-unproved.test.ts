import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { signReceiptsStatement } from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import type { Broker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft } from '../craft.js';
import type { Hub } from '../play-hub.js';
import { type Json, startGateway, type Started } from '../start-gateway.js';
import { handOver } from './hand-over-actions.js';
import { startHolder } from './start-holder.js';

const [AFRIPOL, EUROPOL] = [parseOrgId('afripol'), parseOrgId('europol')];
const NEWEST = 1_000_000;
const now = (): Date => new Date();
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

const sign = (
  number: number,
  signer: Signer,
  { recipient = AFRIPOL, previous = null }: { recipient?: typeof AFRIPOL; previous?: string | null } = {},
): Promise<string> =>
  signReceiptsStatement(
    { number, previous },
    { receipts: [], changes: [] },
    { recipient, federation: hub.directory.federation, signer, now: now() },
  );
const alarms = (): readonly string[] => gateway.alarms.list().map(({ alarm }) => alarm);

test('a number without an own signature over it hides nothing and raises an alarm, whatever the hub shows with it, until it is proved', async () => {
  const gift = await craft(broker, hub.directory, { number: Date.now() });
  await handOver({ hub, now }, { to: AFRIPOL, actions: [], gifts: [gift] });
  const inbox = async (): Promise<number> =>
    (await gateway.call('GET', `/v1/inbox/europol/${gift.notice.id}`)).status;
  await until('it is held', async () => (await inbox()) === 200);
  const own = gateway.identity.receiptSigner;
  const claims = { iss: AFRIPOL, iat: Math.floor(Date.now() / 1000), aud: 'another', number: NEWEST };
  const lies: readonly (string | null)[] = [
    null,
    'x',
    await sign(1, own),
    await sign(NEWEST, hub.signer),
    await sign(NEWEST, await readSigner(broker.home.org(EUROPOL, 'receipt.jwk')), { recipient: EUROPOL }),
    await signJws('receipts+jws', claims, own),
    await signJws('submission+jws', { ...claims, aud: hub.directory.federation }, own),
  ];
  const [proof, other] = await Promise.all([
    sign(NEWEST, own),
    sign(NEWEST, own, { previous: digest('one before') }),
  ]);
  await gateway.stop();
  let asked = 0;
  let proved: string | undefined;
  hub.answer = (query) => {
    if (query['type'] !== 'standing') return undefined;
    const held = (query['held'] ?? []) as readonly Json[];
    const signed = proved ?? lies[asked % lies.length];
    if (held.length === 0 && query['after'] === undefined) asked += 1;
    const receipts = { number: NEWEST, digests: [digest('a statement')], signed };
    return {
      type: 'standing',
      read: { epoch: '0'.repeat(32), sequence: 1 },
      submission: null,
      receipts,
      held: held.map(() => ({ number: gift.notice.number, end: null, actions: [] })),
      own: [],
      next: null,
    };
  };
  gateway = await startGateway(broker, 'afripol');
  for (let round = 0; round < lies.length; round += 1) {
    await until('the hub to be asked again', () => asked > round);
    await until('the alarm', () => alarms().includes('restored-unproved'));
    expect([await inbox(), gateway.store.facts.number('restored')]).toEqual([200, 0]);
    expect(gateway.store.facts.number('receipt-frame')).toBeLessThan(NEWEST);
    // A gateway that starts asks at once; a running one asks again after a growing pause.
    await gateway.stop();
    gateway = await startGateway(broker, 'afripol');
  }
  expect(alarms()).not.toContain('restored');
  proved = proof;
  await until('the numbers of the proof', () => gateway.store.facts.number('receipt-frame') >= NEWEST);
  await until('the end of the alarm', () => !alarms().includes('restored-unproved'));
  expect(await inbox()).toBe(200);
  // The database also lacks another own statement with the number of the one that it has.
  proved = other;
  await gateway.stop();
  gateway = await startGateway(broker, 'afripol');
  const newest = (): string | undefined => gateway.store.facts.text('receipt-statement');
  await until('the other statement', () => newest() === digest(other));
}, 300_000);
