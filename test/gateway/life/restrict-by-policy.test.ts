import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { derivedHolders } from '../../../services/gateway/life/derived-holders.js';
import { excessLeft } from '../../../services/gateway/life/excess-left.js';
import type { OwnLife } from '../../../services/gateway/life/own-life.js';
import { type PolicyStanding, standingAfter } from '../../../services/gateway/life/restrict-by-policy.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ItemRow } from '../../../services/shared/store/gateway/gateway-items.js';
import type { ShownOverheldPair } from '../../../services/shared/wire/shown-overheld.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';
import { fillWithActions } from './fill-with-actions.js';

const STOOD_MS = 600;
const HOUR_MS = 3_600_000;
let broker: Broker;
let gateway: Started;
let hub: Hub;
/** The digest of the adopted policies in the n-th answer to `overheld`; how many answers there were, and the pairs in them. */
let bundleAt = (_asked: number): string => 'first';
let [asked, pairs] = [0, [] as readonly ShownOverheldPair[]];

const start = (maxEndsPerHour = 0): Promise<Started> =>
  startGateway(broker, 'europol', { settings: { byPolicyAfterMs: STOOD_MS, maxEndsPerHour } });

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  gateway = await start();
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.answer = ({ type }) => {
    if (type !== 'overheld') return undefined;
    asked += 1;
    return { type, bundle: bundleAt(asked), pairs, next: null };
  };
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});
beforeEach(() => {
  pairs = [];
});

async function submit(): Promise<{ readonly id: string; readonly pair: ShownOverheldPair }> {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  const id = String(body['id']);
  await until('routed', () => gateway.store.own.find(id)?.state === 'routed');
  const jti = `${id}.${gateway.store.own.find(id)?.number}`;
  const about = { originator: 'europol', id, jti, kind: 'red', recipient: 'afripol' };
  return { id, pair: { ...about, whole: false, sections: ['judicial'] } };
}

const restricts = (id: string): readonly ItemRow[] =>
  gateway.store.items.of('', id).filter(({ verb }) => verb === 'restrict');
/** Makes every own item an hour older, so that none counts towards the bound of the present hour. */
function ageRestrictions(): void {
  const db = new DatabaseSync(broker.home.org(parseOrgId('europol'), 'gateway.db'), { timeout: 60_000 });
  db.prepare('UPDATE own_item SET at = at - ?').run(HOUR_MS);
  db.close();
}
const rounds = async (count: number): Promise<void> => {
  const from = asked;
  await until('further rounds', () => asked >= from + count);
};

describe('gateway: restricts by policy without a person', () => {
  test('once the policies have stood long enough, once for each holder, also across restarts', async () => {
    const notices = [await submit(), await submit(), await submit()];
    bundleAt = () => 'second';
    pairs = notices.map(({ pair }) => pair);
    await rounds(3);
    // A restart loses neither the orders nor the time that the policies have stood, and repeats no order.
    await gateway.stop();
    gateway = await start();
    for (const { id } of notices) await until('the restriction', () => restricts(id).length > 0);
    await rounds(3);
    await gateway.stop();
    gateway = await start();
    await rounds(3);
    for (const { id } of notices) {
      expect(restricts(id)).toMatchObject([
        {
          fields: { reason: 'by-policy', meant: [{ to: 'afripol', sections: ['judicial'] }] },
          derived: true,
        },
      ]);
    }
  });

  test('no more in an hour than the bound permits, and with an alarm: the rest follows later', async () => {
    await gateway.stop();
    ageRestrictions();
    gateway = await start(2);
    const notices = [await submit(), await submit(), await submit()];
    const count = (): number => notices.filter(({ id }) => restricts(id).length > 0).length;
    const alarms = (): readonly string[] => gateway.alarms.list().map(({ alarm }) => alarm);
    bundleAt = () => 'bounded';
    pairs = notices.map(({ pair }) => pair);
    await until('the alarm', () => alarms().includes('restrictions-held-back'));
    await rounds(3);
    expect(count()).toBe(2);
    expect(gateway.alarms.list()).toMatchObject([
      { alarm: 'restrictions-held-back', code: 'rate-limited', count: 1 },
    ]);
    expect(gateway.store.items.held({ after: 0, limit: 9 })).toEqual([]);
    ageRestrictions();
    await until('the rest', () => count() === 3);
    await until('the end of the alarm', () => alarms().length === 0);
  });

  test('raises an alarm for each notice that takes no restriction any more, and continues with the others', async () => {
    await gateway.stop();
    gateway = await start();
    const [full, other] = [await submit(), await submit()];
    await fillWithActions(gateway.store, full.id);
    bundleAt = () => 'refused';
    pairs = [full.pair, other.pair];
    await until('the other', () => restricts(other.id).length === 1);
    await rounds(3);
    expect(gateway.alarms.list()).toMatchObject([
      { alarm: 'restriction-refused', code: 'too-many-actions', count: 1 },
    ]);
  });

  test('never while other policies are adopted again and again', async () => {
    const { id, pair } = await submit();
    // The gateway sees each version twice, and a second look counts for two rounds of twelve at most, however late it is.
    bundleAt = (count) => `changed ${Math.floor(count / 2)}`;
    pairs = [pair];
    await rounds(16);
    expect(restricts(id)).toEqual([]);
  });

  test('never without the setting', async () => {
    const { id, pair } = await submit();
    await gateway.stop();
    await until('no question to be left', async () => (await broker.count('europol', 'OUT')) === 0);
    gateway = await startGateway(broker, 'europol');
    const before = asked;
    bundleAt = () => 'stands';
    pairs = [pair];
    await new Promise((resolve) => setTimeout(resolve, 2 * STOOD_MS));
    expect([restricts(id), asked]).toEqual([[], before]);
  });
});

describe('gateway: how long policies have stood', () => {
  const at = (before: PolicyStanding | undefined, now: number, of = 'a'): PolicyStanding =>
    standingAfter(before, { bundle: of, now, maxStepMs: 10 });

  test('grows by the time between two looks, and by no more than two rounds for a jump of the clock or a stop', () => {
    let standing = at(undefined, 1_000);
    expect(standing.stood).toBe(0);
    standing = at(standing, 1_005);
    expect(standing.stood).toBe(5);
    standing = at(standing, 900_000);
    expect(standing.stood).toBe(15);
    standing = at(standing, 5_000);
    expect([standing.stood, standing.since]).toEqual([15, 1_000]);
  });

  test('begins anew with other policies', () => {
    expect(at(at(at(undefined, 1), 5), 9, 'b')).toEqual({ bundle: 'b', since: 9, seen: 9, stood: 0 });
  });
});

describe('gateway: the part of an excess that is still to be taken back', () => {
  const PAIR = { originator: 'europol', id: 'n', jti: 'n.10', kind: 'red', recipient: 'afripol' };
  const excess = (sections: readonly string[], whole = false): ShownOverheldPair => ({
    ...PAIR,
    whole,
    sections,
  });
  const item = (number: number, verb: string, meant: object): ItemRow =>
    ({
      number,
      verb,
      state: 'queued',
      at: number,
      fields: { meant: [{ to: 'afripol', ...meant }] },
    }) as unknown as ItemRow;
  const left = (items: readonly ItemRow[], pair: ShownOverheldPair, since = 0) =>
    excessLeft({ items }, pair, since);
  const both = excess(['judicial', 'threat']);

  test('excludes the sections that a restriction above the held revision takes from this holder', () => {
    expect(left([item(11, 'restrict', { sections: ['judicial'] })], both)?.sections).toEqual(['threat']);
    expect(left([item(9, 'restrict', {})], both)?.sections).toHaveLength(2);
    expect(left([item(11, 'restrict', { to: 'interpol' })], both)?.sections).toHaveLength(2);
    expect(left([item(11, 'restrict', {})], both)).toBeUndefined();
    expect(left([item(11, 'restrict', { sections: ['judicial'] })], excess([], true))).toEqual({
      to: 'afripol',
    });
  });

  test('includes a section that was unsealed after its restriction', () => {
    const items = [
      item(12, 'unseal', { section: 'judicial' }),
      item(11, 'restrict', { sections: ['judicial'] }),
    ];
    expect(left(items, excess(['judicial']))?.sections).toEqual(['judicial']);
  });

  test('excludes a section whose restriction the hub refused under the same policies', () => {
    const refused = { ...item(20, 'restrict', { sections: ['judicial'] }), state: 'refused' } as const;
    const items = [refused];
    expect(left(items, excess(['judicial']), 15)).toBeUndefined();
    expect(left(items, excess(['judicial']), 25)?.sections).toEqual(['judicial']);
  });
});

test('gateway: a restriction without an order takes the whole notice where handling code H3 needs its note', () => {
  const lifeWith = (codes: readonly string[]): OwnLife =>
    ({ newest: { header: JSON.stringify({ handling: { codes } }) } }) as unknown as OwnLife;
  const excess = [
    { to: 'afripol', sections: ['threat', 'handlingNote'] },
    { to: 'interpol', sections: ['threat'] },
    { to: 'no-member', sections: ['threat'] },
  ];
  const by = (codes: readonly string[]) =>
    derivedHolders(excess, { life: lifeWith(codes), members: ['afripol', 'interpol'] });
  const interpol = { to: 'interpol', sections: ['threat'] };
  expect(by(['H3'])).toEqual([{ to: 'afripol' }, interpol]);
  expect(by(['H1'])).toMatchObject([
    { to: 'afripol', sections: expect.arrayContaining(['handlingNote']) as string[] },
    interpol,
  ]);
});
