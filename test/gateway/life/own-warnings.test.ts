import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEndWarnings } from '../../../services/gateway/holding/warn-of-ends.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { viewOwnLife } from '../../../services/gateway/life/view-own-life.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

const DAY = 86_400_000;
const START = Date.parse('2027-01-01T00:00:00Z');
const [REVIEW, END] = [START + 200 * DAY, START + 401 * DAY];
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

let folder: string;
let store: GatewayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-warnings-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function submit(revision = 1, warnAt = REVIEW): void {
  const instant = (time: number): string => new Date(time).toISOString();
  const header = { originator: 'europol', reviewAt: instant(REVIEW), expiresAt: instant(END) };
  const about = { id: ID, revision, number: START + revision, kind: 'red', digest: `d${revision}` };
  const content = { exp: END / 1000, at: START, listed: null, header: JSON.stringify(header), sdJwt: 't' };
  store.own.insert({ ...about, ...content, warnAt });
}

const events = (): readonly string[] =>
  store.inbox.eventsAfter(0, 100).map(({ name, originator, detail }) => `${name} ${originator} ${detail}`);

describe('gateway: warnings ahead of the review and end of an own notice', () => {
  const warn = (day: number): Promise<void> =>
    createEndWarnings({ store, onTold: () => undefined })(START + day * DAY, new AbortController().signal);

  test('are events with the organisation itself as the originator, once each, also after a restart', async () => {
    submit();
    for (const day of [0, 199, 200, 201, 300, 371, 372]) await warn(day);
    await store.close();
    store = openGatewayStore(join(folder, 'gateway.db'));
    for (const day of [372, 395, 400]) await warn(day);
    const expiring = `expiring europol {"expiresAt":"2028-02-06T00:00:00.000Z"}`;
    expect(events()).toEqual([
      'review europol {"reviewAt":"2027-07-20T00:00:00.000Z"}',
      expiring,
      expiring,
      expiring,
    ]);
  });

  test('are computed anew for another end, without those that have passed', async () => {
    submit();
    await warn(395);
    expect(events()).toHaveLength(4);
    store.own.setEnd(ID, END / 1000 + 100 * 86_400);
    await warn(396);
    expect(events()).toHaveLength(4);
    await warn(494);
    expect(events().slice(4)).toEqual(Array(2).fill(expect.stringContaining('expiring')));
  });

  test('are given for the newest revision alone, and not after the end', async () => {
    submit();
    submit(2);
    await warn(200);
    expect(events()).toHaveLength(1);
    expect(store.inbox.eventsAfter(0, 1)[0]?.number).toBe(START + 2);
    await store.commit(() => store.ends.end(ID, { ending: 'withdrawn', reason: null, at: START }));
    await warn(400);
    expect(events()).toHaveLength(1);
  });

  test('that fell due are in the life of the notice until it ends', async () => {
    submit();
    const at = (day: number) =>
      viewOwnLife(store, ID, {
        clock: () => new Date(START + day * DAY),
        org: parseOrgId('europol'),
        directory: { current: () => ({ organisations: new Map() }) },
      });
    expect(at(199)).toMatchObject({ reviewAt: '2027-07-20T00:00:00.000Z', warnings: [] });
    expect(at(372)?.warnings.map(({ name }) => name)).toEqual(['review', 'expiring', 'expiring']);
    await store.commit(() => store.ends.end(ID, { ending: 'withdrawn', reason: null, at: START }));
    expect(at(372)?.warnings).toEqual([]);
  });
});
