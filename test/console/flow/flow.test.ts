import { afterEach, describe, expect, test } from 'vitest';
import type { ShownFlow } from '../../../services/console/shown.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let site: RunningConsole;
afterEach(() => site.close());

const flow = async (window: string): Promise<ShownFlow> =>
  JSON.parse((await site.get(`/v1/flow?window=${window}`)).text) as ShownFlow;
const say = (event: string, pair: string, more: object = {}): void =>
  site.say(`status.${event}.${pair}.red`, { event, jti: 'a.1', ...more });

describe('console flow', () => {
  test('without events is complete and empty: no pair, no lag, no contact', async () => {
    site = await startConsole();
    const { pairs, series, organisations, connected } = await flow('1h');
    expect({ pairs, series, connected }).toEqual({ pairs: [], series: [], connected: true });
    expect(organisations.map(({ id }) => id)).toEqual(site.broker.orgs);
    for (const organisation of organisations) {
      expect(organisation).toMatchObject({
        submitted: 0,
        lastContact: null,
        lagMs: null,
        pending: 0,
        oldestPending: null,
        refusals: [],
      });
    }
  });

  test('counts events of a pair, deliveries without a receipt, refusals by code, and shows last contacts', async () => {
    site = await startConsole();
    say('submitted', 'europol._');
    say('redacted', 'europol.afripol');
    say('parked', 'europol.interpol');
    say('denied', 'europol.interpol', { jti: 'b.1' });
    say('received', 'europol.afripol');
    say('refused', 'interpol._', { code: 'routing-missing' });
    say('rejected', 'europol.afripol', { jti: 'c.1', code: 'expired' });
    await site.heard();
    for (const window of ['15m', '1h', '24h']) {
      const { pairs, series, organisations } = await flow(window);
      expect(pairs).toEqual([
        {
          originator: 'europol',
          recipient: 'afripol',
          counts: { received: 1, redacted: 1, rejected: 1 },
        },
        { originator: 'europol', recipient: 'interpol', counts: { denied: 1, parked: 1 } },
      ]);
      const submitted = series.reduce((sum, { counts }) => sum + (counts['submitted'] ?? 0), 0);
      expect(submitted).toBe(1);
      const of = (org: string) => organisations.find(({ id }) => id === org);
      expect(of('europol')).toMatchObject({ submitted: 1, pending: 0, lastContact: expect.any(String) });
      expect(of('afripol')).toMatchObject({
        pending: 0,
        lagMs: expect.any(Number),
        lastContact: expect.any(String),
        refusals: [{ code: 'expired', count: 1 }],
      });
      expect(of('interpol')).toMatchObject({
        pending: 1,
        parked: 1,
        oldestPending: expect.any(String),
        lagMs: null,
        refusals: [{ code: 'routing-missing', count: 1 }],
      });
    }
  });

  test('takes keys and dates from the signed directory, and says when the auditor is silent', async () => {
    site = await startConsole();
    const { directory, organisations, ledger } = await flow('1h');
    expect(directory).toMatchObject({ version: 1, stale: false });
    expect(organisations[0]).toMatchObject({
      state: 'member',
      nextKeyExpiry: { kid: expect.stringMatching(/:1$/) },
    });
    expect(ledger).toEqual({ ready: false, reasons: ['auditor-silent'] });
  });

  test.each(['window=2h', 'window=', 'window=1h&window=24h', 'window=1h&org=europol'])(
    'refuses an invalid query: `%s`',
    async (query) => {
      site = await startConsole();
      const { status } = await site.get(`/v1/flow?${query}`);
      expect(status).toBe(400);
    },
  );
});
