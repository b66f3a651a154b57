import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShownFlow } from '../../../services/console/shown.js';
import { until } from '../../support/until.js';
import { listen } from '../listen.js';
import { type Row, type RunningConsole, startConsole } from '../start-console.js';

const EVENTS = (
  'submitted delivered redacted denied parked deferred refused quarantined received ' +
  'rejected recalled destroyed kept expired alarm security'
).split(' ');
const TOLD = ['received', 'rejected', 'recalled', 'destroyed', 'kept', 'expired'];
const PAIRS = [
  ['europol', 'afripol'],
  ['europol', 'interpol'],
  ['interpol', 'afripol'],
  ['interpol', 'europol'],
  ['afripol', 'europol'],
] as const;

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
  for (const [originator, recipient] of PAIRS) {
    for (const event of EVENTS) {
      // Words that name the pair, so that a leak is visible wherever it is.
      const secret = `${originator}-to-${recipient}`;
      site.say(`status.${event}.${originator}.${recipient}.red`, {
        event,
        // A forged payload: the console takes these names from the subject instead.
        originator: 'afripol',
        recipient: 'afripol',
        sections: [`section-${secret}`],
        rules: [`rule-${secret}`],
        what: `what-${secret}`,
        frame: `frame-${secret}`,
      });
    }
  }
  await site.heard();
});
afterAll(() => site.close());

/** Crafted queries that try to widen the scope. */
const CRAFTED = [
  '',
  'subject=status.>',
  'subject=>',
  'subject=*.*.*.*.*',
  'subject=status.*.europol.interpol.*',
  'subject=status.denied.>',
  'from=europol&to=interpol',
  'from=europol,interpol&to=afripol,interpol,europol',
  'from=europol&from=interpol',
  'event=denied,delivered,redacted,security',
  'to=afripol&event=delivered,redacted,denied',
  'from=_',
  'kind=red',
  'after=0',
];
const REFUSED = [
  'viewer=federation',
  'org=',
  'org=europol',
  'scope=europol',
  "from=europol' OR '1'='1",
  'from=%25',
  'from=*',
  'subject=status.>.x',
  'subject=status.\u0000',
  'event=denied)',
  'after=-1',
  'after=1e99',
  'since=yesterday',
  '__proto__=x',
];

const mayKnow = (org: string, { originator, recipient, event }: Row): boolean =>
  originator === org || (recipient === org && TOLD.includes(String(event)));
const shown = (rows: readonly Row[]): readonly string[] =>
  rows.map(({ originator, recipient, event }) => `${event} ${originator} ${recipient}`);

describe('console scope: a viewer of one organisation', () => {
  test('sees all events of its own notices, and of those sent to it what a recipient may know', async () => {
    const rows = await site.rows('', 'afripol');
    const wanted = PAIRS.flatMap(([originator, recipient]) =>
      EVENTS.filter((event) => mayKnow('afripol', { type: 'status', originator, recipient, event })).map(
        (event) => `${event} ${originator} ${recipient}`,
      ),
    );
    expect(shown(rows)).toEqual(wanted);
  });

  test.each(CRAFTED)('never receives another pair, asking for `%s`', async (query) => {
    for (const org of ['afripol', 'interpol']) {
      const all = await site.rows(query);
      const rows = (await site.rows(query, org)).filter(({ type }) => type === 'status');
      expect(rows.filter((row) => !mayKnow(org, row))).toEqual([]);
      expect(shown(rows)).toEqual(shown(all.filter((row) => mayKnow(org, row))));
    }
  });

  test.each(REFUSED)('is refused an invalid query: `%s`', async (query) => {
    for (const path of ['/v1/status', '/v1/status/stream']) {
      const { status, text } = await site.get(`${path}?${query}`, 'afripol');
      expect([status, JSON.parse(text).code]).toEqual([400, 'usage']);
    }
  });

  test.each(CRAFTED)('never receives another pair by the stream, asking for `%s`', async (query) => {
    const headers = { authorization: `Bearer ${site.tokens['interpol']}`, 'last-event-id': '1' };
    const stream = await listen(`${site.url}/v1/status/stream?${query}`, headers);
    await until('the end of the ring', () => stream.of('state').length > 0);
    stream.close();
    const rows = stream.of('status') as readonly Row[];
    expect(rows.filter((row) => !mayKnow('interpol', row))).toEqual([]);
    expect(JSON.stringify(stream.messages)).not.toMatch(/europol-to-afripol|afripol-to-europol/);
  });

  test('as a recipient is shown that a notice was delivered, never what was decided, by which rule, or in which frame', async () => {
    const rows = await site.rows('to=afripol', 'afripol');
    expect(rows.length).toBe(TOLD.length * 2);
    expect(JSON.stringify(rows)).not.toMatch(/section-|rule-|what-|frame-/);
  });

  test('sees no number that counts the events of others', async () => {
    const [own] = await site.rows('from=afripol', 'afripol');
    expect(own).toMatchObject({ rules: ['rule-afripol-to-europol'] });
    expect(Object.keys(own ?? {})).not.toEqual(expect.arrayContaining(['seq']));
    expect(Object.keys(own ?? {})).not.toEqual(expect.arrayContaining(['source']));
    expect((await site.rows('from=afripol'))[0]).toMatchObject({ source: 'router-1' });
  });

  test('sees no time that reveals when others acted: gaps are rounded to a step, and the flow to the whole window', async () => {
    const other = await startConsole({ most: 20 });
    try {
      for (let times = 0; times < 50; times += 1)
        other.say('status.denied.europol.interpol.red', { event: 'denied' });
      await other.heard();
      await until('the sweep', async () => (await other.rows('')).some(({ older }) => older === true));
      await other.stopConsole();
      other.say('status.denied.europol.interpol.red', { event: 'denied' });
      await other.startConsole();
      other.say('status.denied.europol.interpol.red', { event: 'denied' });
      await other.heard();
      const gaps = (await other.rows('', 'afripol')).filter(({ type }) => type === 'gap');
      expect(gaps.map(({ older, heard }) => [older, String(heard).slice(-6)])).toEqual([
        [true, '0.000Z'],
        [undefined, '0.000Z'],
      ]);
      const headers = { authorization: `Bearer ${other.tokens['afripol']}` };
      const stream = await listen(`${other.url}/v1/status/stream?since=1h`, headers);
      await until('the end of the ring', () => stream.of('state').length > 0);
      stream.close();
      expect(stream.messages.map(({ event, id }) => [event, id])).toEqual([
        ['gap', ''],
        ['gap', ''],
        ['state', ''],
      ]);
      const { now, from } = JSON.parse((await other.get('/v1/flow?window=1h', 'afripol')).text) as ShownFlow;
      expect(Date.parse(now) - Date.parse(from)).toBe(3_600_000);
    } finally {
      await other.close();
    }
  });

  test('sees in the flow its own pairs only, and as a recipient only what it may know', async () => {
    const { text } = await site.get('/v1/flow?window=24h', 'afripol');
    const { pairs, series, organisations } = JSON.parse(text) as {
      pairs: { originator: string; recipient: string; counts: Record<string, number> }[];
      series: { counts: Record<string, number> }[];
      organisations: ShownFlow['organisations'];
    };
    for (const { originator, recipient, counts } of pairs) {
      const rows = Object.keys(counts).map(
        (event): Row => ({ type: 'status', originator, recipient, event }),
      );
      expect(rows.filter((row) => !mayKnow('afripol', row))).toEqual([]);
    }
    expect(pairs).toHaveLength(3);
    const denied = series.reduce((sum, { counts }) => sum + (counts['denied'] ?? 0), 0);
    expect(denied).toBe(1);
    const interpol = organisations.find(({ id }) => id === 'interpol');
    expect(interpol).toMatchObject({ refusals: [], pending: 0, submitted: null, lastContact: null });
    expect(interpol?.untold).toEqual(['submitted', 'lastContact']);
    const itself = organisations.find(({ id }) => id === 'afripol');
    expect(itself).toMatchObject({ pending: null, oldestPending: null, parked: null, deferred: null });
    expect(itself?.submitted).toBeGreaterThan(0);
    expect((await site.get('/v1/flow?viewer=federation', 'afripol')).status).toBe(400);
  });
});

describe('console scope: the federation', () => {
  test('sees every event of every pair', async () => {
    const rows = await site.rows('kind=red');
    expect(rows).toHaveLength(PAIRS.length * EVENTS.length);
    expect(rows[0]).toMatchObject({
      originator: 'europol',
      recipient: 'afripol',
      rules: ['rule-europol-to-afripol'],
    });
  });
});
