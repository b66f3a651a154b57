import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ItemRow } from '../../../services/shared/store/gateway/gateway-items.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { nextDirectory } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const HOUR_MS = 3_600_000;
const SINCE = '2020-01-01T00:00:00Z';

let broker: Broker;
let gateway: Started;
let hub: Hub;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/** Submits notices that every member gets. */
async function submit(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
    ids.push(String(body['id']));
  }
  await until('routed', () => ids.every((id) => gateway.store.own.find(id)?.state === 'routed'));
  return ids;
}

/** Adopts a directory with these dates of members; the others have none. */
async function adopt(dates: Readonly<Record<string, object>>): Promise<void> {
  const { directory } = gateway.identity;
  const frame = await nextDirectory(broker, directory.current(), (source) => ({
    ...source,
    organisations: Object.fromEntries(
      Object.entries(source.organisations).map(
        ([org, { leavingAt: _leaving, suspendedAt: _suspended, ...member }]) => [
          org,
          { ...member, ...dates[org] },
        ],
      ),
    ),
  }));
  await directory.adopt(frame);
}

const restricts = (id: string): readonly ItemRow[] =>
  gateway.store.items.of('', id).filter(({ verb }) => verb === 'restrict');
const countOf = (ids: readonly string[]): number => ids.filter((id) => restricts(id).length > 0).length;
const alarms = (): readonly string[] => gateway.alarms.list().map(({ alarm }) => alarm);

const ONCE = [{ fields: { reason: 'no-longer-shared', meant: [{ to: 'afripol' }] }, derived: true }];

describe('gateway: a member that is about to leave', () => {
  test('loses every own notice that it holds, once; a suspended member and the others lose none', async () => {
    const ids = await submit(2);
    await adopt({ afripol: { leavingAt: SINCE }, interpol: { suspendedAt: SINCE } });
    await until('the restrictions', () => countOf(ids) === 2);
    for (const id of ids) expect(restricts(id)).toMatchObject(ONCE);
  });

  test('loses a notice of which another recipient answered for another delivery', async () => {
    await adopt({});
    const [id = ''] = await submit(1);
    await gateway.stop();
    inDatabase((db) => db.prepare("UPDATE own SET state = 'disputed' WHERE id = ?").run(id));
    gateway = await startGateway(broker, 'europol');
    await adopt({ afripol: { leavingAt: SINCE } });
    await until('the restriction', () => countOf([id]) === 1);
    expect(restricts(id)).toMatchObject(ONCE);
  });

  test('loses no more in an hour than the bound permits, with an alarm; the rest follows, also after a restart', async () => {
    await adopt({});
    const ids = await submit(3);
    await gateway.stop();
    ageRestrictions();
    gateway = await startGateway(broker, 'europol', { settings: { maxEndsPerHour: 2 } });
    await adopt({ afripol: { leavingAt: SINCE } });
    await until('the alarm', () => alarms().includes('restrictions-held-back'));
    expect(countOf(ids)).toBe(2);
    await gateway.stop();
    ageRestrictions();
    gateway = await startGateway(broker, 'europol', { settings: { maxEndsPerHour: 2 } });
    await until('the rest', () => countOf(ids) === 3);
    for (const id of ids) expect(restricts(id)).toMatchObject(ONCE);
    expect(alarms()).not.toContain('restrictions-held-back');
  });
});

/** Changes the database of the stopped gateway. */
function inDatabase(change: (db: DatabaseSyncInstance) => void): void {
  const db = new DatabaseSync(broker.home.org(parseOrgId('europol'), 'gateway.db'));
  change(db);
  db.close();
}

/** Makes every own item an hour older, so that none counts towards the bound of the present hour. */
function ageRestrictions(): void {
  inDatabase((db) => db.prepare('UPDATE own_item SET at = at - ?').run(HOUR_MS));
}
