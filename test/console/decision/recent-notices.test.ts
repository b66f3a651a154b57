import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShownRecent } from '../../../services/console/decision/shown-decision.js';
import { type RunningConsole, startConsole } from '../start-console.js';

const jti = (n: number): string => `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}.1`;
let site: RunningConsole;

beforeAll(async () => {
  site = await startConsole();
  const say = (event: string, route: string, n: number): void =>
    site.say(`status.${event}.${route}`, { event, jti: jti(n) });
  say('submitted', 'europol._.red', 1);
  say('delivered', 'europol.afripol.red', 1);
  say('denied', 'europol.interpol.red', 1);
  say('received', 'europol.afripol.red', 1);
  say('redacted', 'interpol.europol.blue', 2);
  await site.heard();
});
afterAll(() => site.close());

async function recent(query = '', who?: string): Promise<ShownRecent> {
  const { status, text } = await site.get(`/v1/notices${query}`, who);
  expect(status, text).toBe(200);
  return JSON.parse(text) as ShownRecent;
}
const named = ({ notices }: ShownRecent): readonly string[] => notices.map((notice) => notice.jti);

describe('console: recent notices', () => {
  test('are listed newest first, each recipient with its newest event', async () => {
    const { notices, since } = await recent();
    expect(since).toBeNull();
    expect(notices).toMatchObject([
      {
        jti: jti(2),
        originator: 'interpol',
        kind: 'blue',
        recipients: [{ org: 'europol', event: 'redacted' }],
      },
      {
        jti: jti(1),
        originator: 'europol',
        kind: 'red',
        recipients: [
          { org: 'afripol', event: 'received' },
          { org: 'interpol', event: 'denied' },
        ],
      },
    ]);
  });

  test('are filtered by kind, originator and recipient', async () => {
    expect(named(await recent('?kind=red'))).toEqual([jti(1)]);
    expect(named(await recent('?from=interpol'))).toEqual([jti(2)]);
    expect(named(await recent('?to=afripol&kind=red'))).toEqual([jti(1)]);
    expect(named(await recent('?to=afripol&kind=blue'))).toEqual([]);
    for (const wrong of ['?kind=%00', '?text=a', '?from=A'])
      expect((await site.get(`/v1/notices${wrong}`)).status).toBe(400);
  });

  test('show an organisation its own notices and only what it may know of others', async () => {
    expect((await recent('', 'europol')).notices.map(({ recipients }) => recipients.length)).toEqual([2]);
    expect((await recent('', 'afripol')).notices).toMatchObject([
      { jti: jti(1), recipients: [{ org: 'afripol', event: 'received' }] },
    ]);
    expect((await recent('', 'interpol')).notices).toMatchObject([
      { jti: jti(2), recipients: [{ org: 'europol', event: 'redacted' }] },
    ]);
    expect((await site.get('/v1/notices', 'x'.repeat(43))).status).toBe(401);
  });
});

test('console: recent notices come from the newest 30,000 events, and the answer states how far back they go', async () => {
  const other = await startConsole();
  try {
    other.say('status.delivered.europol.afripol.black', { event: 'delivered', jti: jti(7) });
    await other.heard();
    expect(JSON.parse((await other.get('/v1/notices?kind=black')).text)).toMatchObject({
      notices: [{ jti: jti(7) }],
      since: null,
    });
    for (let n = 0; n < 31_000; n += 1) {
      other.say('status.delivered.europol.afripol.red', { event: 'delivered', jti: jti(8) });
      if (n % 1_000 === 999) await other.heard();
    }
    const late = JSON.parse((await other.get('/v1/notices?kind=black')).text) as ShownRecent;
    expect(late).toEqual({ notices: [], since: expect.stringMatching(/^2.*Z$/) });
    const coarse = JSON.parse((await other.get('/v1/notices?kind=black', 'interpol')).text) as ShownRecent;
    expect(Date.parse(String(coarse.since)) % 10_000).toBe(0);
  } finally {
    await other.close();
  }
});
