import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decisionPart,
  denialPart,
  type Hub,
  NOTICE,
  noticePart,
  receiptPart,
  type RunningAuditor,
  startHub,
  waitUntil,
} from './hub.js';
import { statusForHost } from '../support/http/status-for-host.js';
import { tokensOf } from './hub-tokens.js';

const NARROWED = '01890a5d-ac96-774b-bcce-b302099a8060';
const OTHER = '01890a5d-ac96-774b-bcce-b302099a8058';
let hub: Hub;
let auditor: RunningAuditor;
let tokens: ReturnType<typeof tokensOf>;

beforeAll(async () => {
  hub = await startHub();
  tokens = tokensOf(hub);
  const parts = [noticePart(1), decisionPart('europol', 'redacted'), denialPart(['afripol', 'gccpol'])];
  const undelivered = [noticePart(1, OTHER), decisionPart('europol', 'redacted', OTHER)];
  await hub.publish('interpol', await hub.report('interpol', parts));
  await hub.publish('europol', await hub.receipts('europol', 'interpol', [receiptPart('held')]));
  const wide = {
    ...decisionPart('europol', 'redacted', NARROWED),
    sections: ['identity', 'threat'],
  } as const;
  const less = decisionPart('europol', 'redacted', NARROWED);
  const narrow = { ...less, withheld: [...less.withheld, 'threat'] } as const;
  const narrowed = { ...noticePart(1, NARROWED), sections: [...narrow.sections, ...narrow.withheld] };
  const reason = 'narrowing';
  await hub.publish('interpol', await hub.report('interpol', [narrowed, wide]));
  await hub.publish('interpol', await hub.report('interpol', [narrowed, narrow], { reason }));
  await hub.publish('europol', await hub.receipts('europol', 'interpol', [receiptPart('held', NARROWED)]));
  await hub.publish('interpol', await hub.report('interpol', undelivered));
  auditor = await hub.audit();
  await waitUntil(() => auditor.heartbeat()?.seq === 6);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

async function get(path: string, token?: string): Promise<{ status: number; text: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${auditor.url}${path}`, { headers });
  return { status: response.status, text: await response.text() };
}

const ask = (viewer: string, id = NOTICE) => get(`/v1/decisions?viewer=${viewer}&id=${id}`, tokens.console);
interface Told {
  readonly type: string;
  readonly at: string;
  readonly frame: string;
  readonly parts: readonly Record<string, unknown>[];
}

const recordsOf = (text: string): readonly Told[] => JSON.parse(text).records;

describe('auditor http', () => {
  test('answers `/healthz` and `/readyz` without a token', async () => {
    expect(await get('/healthz')).toEqual({ status: 200, text: '{"alive":true}' });
    expect(await get('/readyz')).toEqual({ status: 200, text: '{"ready":true,"reasons":[],"alarms":[]}' });
  });

  test('answers only requests that name this auditor, on every path', async () => {
    for (const path of ['/healthz', '/readyz', '/v1/records', '/nothing']) {
      expect(await statusForHost(auditor.url, path, 'evil.example')).toBe(403);
      expect(await statusForHost(auditor.url, path, 'auditor.test')).not.toBe(403);
    }
  });

  test.each(['/v1/records', `/v1/decisions?viewer=federation&id=${NOTICE}`])(
    'refuses %s without a valid token',
    async (path) => {
      for (const token of [undefined, 'x'.repeat(43), '']) {
        const { status, text } = await get(path, token);
        expect([status, JSON.parse(text).code]).toEqual([401, 'unauthorised']);
      }
    },
  );

  test('gives whole records to the router and the federation auditor, never to the console', async () => {
    expect((await get('/v1/records', tokens.console)).status).toBe(403);
    for (const token of [tokens.router, tokens.federation]) {
      const { status, text } = await get('/v1/records?from=1&limit=10', token);
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(status).toBe(200);
      expect(lines.map(({ number, seq, subject }) => [number, seq, subject])).toEqual([
        [1, 1, 'ledger.interpol'],
        [2, 2, 'ledger.europol'],
        [3, 3, 'ledger.interpol'],
        [4, 4, 'ledger.interpol'],
        [5, 5, 'ledger.europol'],
        [6, 6, 'ledger.interpol'],
      ]);
    }
  });

  test('reads records from a number on, as many as asked', async () => {
    expect((await get('/v1/records?from=2&limit=1', tokens.router)).text).toContain('ledger.europol');
    expect(await get('/v1/records?from=7', tokens.router)).toEqual({ status: 200, text: '' });
    for (const wrong of ['from=0', 'from=x', 'limit=-1', 'limit=', 'limit=1e3', 'limit=0x10', 'limit=%201']) {
      const { status, text } = await get(`/v1/records?${wrong}`, tokens.router);
      const path = wrong.split('=')[0] ?? '';
      const errors = [{ path, message: 'expected a whole number from 1' }];
      expect([wrong, status, JSON.parse(text)]).toMatchObject([wrong, 400, { code: 'usage', errors }]);
    }
  });

  test('refuses a parameter that is given twice, by its name', async () => {
    const { status, text } = await get('/v1/records?from=1&from=2', tokens.router);
    const errors = [{ path: 'from', message: 'expected at most once' }];
    expect([status, JSON.parse(text)]).toMatchObject([400, { code: 'usage', errors }]);
  });

  test('checks the token of a request before its query', async () => {
    expect((await get('/v1/records?from=0')).status).toBe(401);
    expect((await get('/v1/records?from=0', tokens.console)).status).toBe(403);
  });

  test('tells the number of a record, which counts everyone’s records, to the federation alone', async () => {
    const isTold = async (viewer: string) =>
      recordsOf((await ask(viewer)).text).map((record) => Object.hasOwn(record, 'number'));
    expect(await isTold('federation')).toEqual([true, true]);
    for (const viewer of ['interpol', 'europol']) expect(await isTold(viewer)).toEqual([false, false]);
  });

  test('refuses decisions to the router', async () => {
    expect((await get(`/v1/decisions?viewer=federation&id=${NOTICE}`, tokens.router)).status).toBe(403);
  });

  test('shows originator and federation all parts of the notice and none of other notices', async () => {
    for (const viewer of ['interpol', 'federation']) {
      const { text } = await ask(viewer);
      expect(recordsOf(text).map(({ type, parts }) => [type, parts.length])).toEqual([
        ['routing', 4],
        ['receipt', 1],
      ]);
      // Recipients denied for one reason share one part, and each is listed.
      expect(
        recordsOf(text)[0]?.parts.flatMap(({ to, outcome }) => (outcome === 'denied' ? [to] : [])),
      ).toEqual(['afripol', 'gccpol']);
      expect(text).not.toContain(OTHER);
    }
  });

  test('shows a recipient its own decision as in its delivery statement: no rules, no sections withheld without notice', async () => {
    const { text } = await ask('europol');
    const [routing, receipt] = recordsOf(text);
    expect(routing?.parts).toEqual([
      {
        type: 'decision',
        jti: `${NOTICE}.1`,
        to: 'europol',
        outcome: 'redacted',
        sections: ['identity'],
        advertised: ['judicial'],
        obligations: ['not-for-judicial-use'],
      },
    ]);
    expect(receipt?.parts).toHaveLength(1);
    expect(text).not.toMatch(/afripol|gccpol|biometrics|int-export-01/);
  });

  test('hides from a recipient what was narrowed before the delivery, and shows it to the originator', async () => {
    const { text } = await ask('europol', NARROWED);
    const own = await ask('interpol', NARROWED);
    const [routing] = recordsOf(own.text);
    expect(recordsOf(own.text).map(({ type }) => type)).toEqual(['routing', 'narrowing', 'receipt']);
    expect(own.text).toContain('threat');
    // Hides the narrowing itself too: neither its type nor the time or frame of its record shows.
    const seen = { type: 'routing', at: routing?.at, frame: routing?.frame };
    expect(recordsOf(text)).toMatchObject([
      { ...seen, parts: [{ sections: ['identity'] }] },
      { type: 'receipt' },
    ]);
    expect(text).not.toContain('threat');
  });

  test('shows the deciding policies to viewers that may know the rules, never to a recipient', async () => {
    for (const viewer of ['interpol', 'federation']) {
      const [routing] = JSON.parse((await ask(viewer)).text).records;
      expect(routing).toMatchObject({ directory: 1, policies: { federation: expect.any(String) } });
    }
    expect((await ask('europol')).text).not.toMatch(/policies|directory/);
  });

  test('gives a missing viewer, a denied one, one without a delivery yet and a stranger the answer for an unknown notice', async () => {
    const unknown = await ask('federation', '01890a5d-ac96-774b-bcce-b302099a8059');
    expect([unknown.status, JSON.parse(unknown.text).code]).toEqual([404, 'not-found']);
    const answers = [
      await get(`/v1/decisions?id=${NOTICE}`, tokens.console),
      await get(`/v1/decisions?id=${NOTICE}`, tokens.federation),
      await ask('afripol'),
      await ask('europol', OTHER),
      await ask('nobody'),
    ];
    expect(answers).toEqual(answers.map(() => unknown));
  });

  test('refuses an invalid id by code', async () => {
    for (const path of ['viewer=interpol&id=x', 'viewer=interpol', `viewer=Interpol&id=${NOTICE}`]) {
      const { status, text } = await get(`/v1/decisions?${path}`, tokens.console);
      expect([status, JSON.parse(text).code]).toEqual([400, 'id-invalid']);
    }
  });
});
