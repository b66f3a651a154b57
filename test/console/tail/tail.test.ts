import { afterEach, describe, expect, test } from 'vitest';
import { createSimulatedList } from '../../../services/shared/runtime/simulated-list.js';
import { CONSOLE_MIGRATIONS } from '../../../services/shared/store/console/console-schema.js';
import { openDatabase } from '../../../services/shared/store/sqlite.js';
import type { Caller } from '../../../services/shared/trust/callers.js';
import { hashToken, newToken } from '../../../services/shared/trust/tokens.js';
import { until } from '../../support/until.js';
import { listen } from '../listen.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let site: RunningConsole;
afterEach(() => site.close());

const jti = (number: number): string => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}.1`;
const say = (number: number, event = 'delivered'): void =>
  site.say(`status.${event}.europol.afripol.red`, { event, jti: jti(number), outcome: event });
/**
 * Publishes `count` large events, far more than the buffers between a console and its listener hold. In portions that the
 * console has stored, because a busy console loses what its broker drops.
 */
const sayMany = async (count: number): Promise<void> => {
  const sections = Array.from({ length: 60 }, (_, index) => `section-${index}-${'x'.repeat(100)}`);
  for (let number = 1; number <= count; number += 1) {
    site.say('status.delivered.europol.afripol.red', { event: 'delivered', sections, jti: jti(number) });
    if (number % 500 === 0) await site.heard();
  }
};
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${site.tokens['federation']}` });
const jtis = (rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
  rows.map((row) => row['jti']);

describe('console tail', () => {
  test('sends each event with the facts of its subject and payload, and nothing else', async () => {
    site = await startConsole();
    const stream = await listen(`${site.url}/v1/status/stream`, bearer());
    await until('listening', () => stream.of('state').length > 0);
    site.say('status.redacted.europol.afripol.red', {
      event: 'something-else',
      outcome: 'redacted',
      sections: ['identity'],
      rules: ['eur-export-03'],
      jti: jti(1),
      surname: 'never to be shown',
      nested: { narrative: 'never to be shown' },
    });
    await until('the event', () => stream.of('status').length > 0);
    stream.close();
    expect(stream.of('status')[0]).toEqual({
      heard: expect.any(String),
      at: expect.any(String),
      event: 'redacted',
      originator: 'europol',
      recipient: 'afripol',
      kind: 'red',
      outcome: 'redacted',
      sections: ['identity'],
      rules: ['eur-export-03'],
      jti: jti(1),
      source: 'router-1',
      seq: 1,
    });
    expect(stream.of('state')).toEqual([{ connected: true }]);
  });

  test('marks a refusal of a frame that the simulator of this home sent, and no other event', async () => {
    const [attack, other] = ['a'.repeat(64), 'b'.repeat(64)] as const;
    site = await startConsole({
      prepare: ({ home }) => Promise.resolve(createSimulatedList(home.simulated).add([attack])),
    });
    const stream = await listen(`${site.url}/v1/status/stream`, bearer());
    await until('listening', () => stream.of('state').length > 0);
    for (const frame of [attack, other])
      site.say('status.refused.europol._.red', { event: 'refused', frame, code: 'signature-invalid' });
    site.say('status.submitted.europol._.red', { event: 'submitted', frame: attack });
    await until('the events', () => stream.of('status').length === 3);
    stream.close();
    expect(stream.of('status').map(({ simulated }) => simulated)).toEqual([true, undefined, undefined]);
  });

  test('resumes after `Last-Event-ID` without loss and without repetition', async () => {
    site = await startConsole();
    const first = await listen(`${site.url}/v1/status/stream?event=delivered`, bearer());
    await until('listening', () => first.of('state').length > 0);
    for (let number = 1; number <= 3; number += 1) say(number);
    await until('three', () => first.of('status').length === 3);
    first.close();
    for (let number = 4; number <= 1_500; number += 1) say(number);
    await site.heard();
    const id = first.messages.find(({ data }) => data['jti'] === jti(2))?.id ?? '';
    const second = await listen(`${site.url}/v1/status/stream?event=delivered`, {
      ...bearer(),
      'last-event-id': id,
    });
    await until('the rest', () => second.of('state').length > 0);
    second.close();
    expect(jtis(second.of('status'))).toEqual(Array.from({ length: 1_498 }, (_, index) => jti(index + 3)));
  });

  test.each(['/v1/status/stream', '/v1/status'])('does not answer HEAD at %s', async (path) => {
    site = await startConsole();
    expect((await fetch(`${site.url}${path}`, { method: 'HEAD', headers: bearer() })).status).toBe(405);
  });

  test('replays since a time', async () => {
    site = await startConsole();
    say(1);
    await site.heard();
    const since = new Date(Date.now() + 1).toISOString();
    await until('another millisecond', () => new Date().toISOString() > since);
    say(2);
    await site.heard();
    expect(jtis(await site.rows('event=delivered'))).toEqual([jti(1), jti(2)]);
    const { text } = await site.get(`/v1/status?event=delivered&since=${since}`);
    expect(
      jtis(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    ).toEqual([jti(2)]);
  });

  test('answers subjects with NATS wildcards as the broker would', async () => {
    site = await startConsole();
    site.say('status.delivered.europol.afripol.red', { event: 'delivered' });
    site.say('status.denied.europol.interpol.blue', { event: 'denied' });
    site.say('status.alarm._.afripol._', { event: 'alarm' });
    await site.heard();
    const count = async (subject: string): Promise<number> =>
      (await site.rows(`event=delivered,denied,alarm&subject=${encodeURIComponent(subject)}`)).length;
    expect(await count('status.>')).toBe(3);
    expect(await count('>')).toBe(3);
    expect(await count('status.*.europol.>')).toBe(2);
    expect(await count('status.delivered.*.*.red')).toBe(1);
    expect(await count('status.*.*.afripol.*')).toBe(2);
    expect(await count('status.alarm._.>')).toBe(1);
    expect(await count('status.*')).toBe(0);
    expect(await count('status.*.*.*.*.*')).toBe(0);
    expect(await count('status.*.*.*.*.>')).toBe(0);
    expect(await count('ledger.>')).toBe(0);
  });

  test('shows a gap where numbers are missing, also for events while the console was down', async () => {
    site = await startConsole();
    say(1);
    await site.heard();
    await site.stopConsole();
    for (let number = 2; number <= 6; number += 1) say(number);
    await site.startConsole();
    say(7);
    await site.heard();
    const rows = await site.rows('event=delivered');
    expect(rows.map(({ type, jti, missed, source }) => jti ?? [type, missed, source])).toEqual([
      jti(1),
      ['gap', 5, 'router-1'],
      jti(7),
    ]);
    // An organisation may not know of which source and how many.
    const [, gap] = await site.rows('event=delivered', 'europol');
    expect(gap).toEqual({ type: 'gap', heard: expect.any(String) });
  });

  test('shows no gap for a restarted publisher, unless its first event was missed', async () => {
    site = await startConsole();
    say(1);
    await site.heard();
    const anew = await site.sayAnew();
    anew('status.delivered.europol.afripol.red', { event: 'delivered', jti: jti(2) });
    await until('it', async () => (await site.rows('event=delivered')).length === 2);
    expect((await site.rows('event=delivered')).map(({ type }) => type)).toEqual(['status', 'status']);
  });

  test('keeps a bounded ring: the oldest events are deleted, and a request for them gets a gap', async () => {
    site = await startConsole({ most: 1_000 });
    for (let number = 1; number <= 3_000; number += 1) say(number);
    await site.heard();
    await until('the sweep', async () => (await site.rows('')).length <= 1_001);
    const [first, ...rows] = await site.rows('');
    expect(first).toMatchObject({ type: 'gap', older: true });
    expect(rows.length).toBeLessThanOrEqual(1_000);
    expect(rows.at(-2)).toMatchObject({ jti: jti(3_000) });
  });

  test('ignores messages that are not status events', async () => {
    site = await startConsole();
    const router = await site.broker.connect('router', 'WATCH');
    for (const subject of ['status.delivered', 'status.delivered.Europol.afripol.red', 'status.a.b.c.d.e'])
      router.nc.publish(subject, '{"data":{"source":"x","seq":1}}');
    for (const bytes of [
      '',
      'x',
      '[]',
      'null',
      '{"data":1}',
      '{"data":{"source":1,"seq":"x"}}',
      '{"__proto__":{}}',
    ])
      router.nc.publish('status.delivered.europol.afripol.red', bytes);
    await router.nc.flush();
    say(1);
    await site.heard();
    expect(jtis(await site.rows('event=delivered'))).toEqual([jti(1)]);
  });
});

test('console tail: a sweep that fails loses no event and makes no gap', async () => {
  site = await startConsole({ most: 1 });
  const db = openDatabase(site.broker.home.hub('console', 'console.db'), CONSOLE_MIGRATIONS);
  db.exec(`CREATE TRIGGER fault BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'no'); END`);
  db.close();
  for (let number = 1; number <= 3; number += 1) {
    say(number);
    await site.heard();
  }
  const rows = await site.rows('event=delivered');
  expect(rows.map(({ type, jti }) => jti ?? type)).toEqual([jti(1), jti(2), jti(3)]);
});

describe('console tail: a slow listener', () => {
  test('has no queue: when it reads again it gets a gap for what it missed, and then the rest', async () => {
    site = await startConsole({ most: 1_000 });
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const stream = await listen(`${site.url}/v1/status/stream?event=delivered`, bearer(), asleep);
    // Some 26 MB, stored well within the 30 s after which a reader that takes nothing is cut off.
    await sayMany(4_000);
    wake();
    await until('the last', () => stream.of('status').at(-1)?.['jti'] === jti(4_000));
    stream.close();
    expect(stream.of('gap')).toContainEqual({ heard: expect.any(String), older: true });
    expect(stream.of('status').length).toBeLessThan(3_500);
  });
});

describe('console tail: a viewer who lost access', () => {
  const without = (callers: readonly Caller[]): readonly Caller[] =>
    callers.filter(({ name }) => name !== 'federation');
  const rescoped = (callers: readonly Caller[]): readonly Caller[] =>
    callers.map((caller) => (caller.name === 'federation' ? { ...caller, org: 'afripol' } : caller));

  test.each([
    ['whose token is revoked', without],
    ['whose access is limited to an organisation', rescoped],
  ])('is cut off in the middle of a replay: %s', async (_who, change) => {
    site = await startConsole();
    await sayMany(8_000);
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const address = `${site.url}/v1/status`;
    const stream = await listen(`${address}/stream?since=1h`, bearer(), asleep);
    const lines = await fetch(`${address}?since=1h`, { headers: bearer() });
    site.changeCallers(change);
    wake();
    // A part never looks complete.
    const end = await lines.text().then(
      () => 'whole',
      () => 'cut off',
    );
    expect(end).toBe('cut off');
    await stream.ended;
    expect(stream.of('status').length).toBeLessThan(8_000);
  });
});

test('console tail: a caller has at most eight open requests, listening or not, and shuts out no other', async () => {
  site = await startConsole();
  await sayMany(4_000);
  const headers = { authorization: `Bearer ${site.tokens['europol']}` };
  const lines = await fetch(`${site.url}/v1/status?since=1h`, { headers });
  const listeners = await Promise.all(
    Array.from({ length: 7 }, () => listen(`${site.url}/v1/status/stream`, headers)),
  );
  for (const path of ['/v1/status', '/v1/status/stream']) {
    const { status, text } = await site.get(path, 'europol');
    expect([status, JSON.parse(text).code]).toEqual([503, 'busy']);
  }
  expect((await site.get('/v1/status', 'afripol')).status).toBe(200);
  listeners[0]?.close();
  await until('room', async () => (await site.get('/v1/status', 'europol')).status === 200);
  for (const { close } of listeners) close();
  await lines.body?.cancel();
});

test('console tail: an organisation has at most sixteen open requests, with however many tokens, and shuts out no other', async () => {
  site = await startConsole();
  const tokens = Array.from({ length: 9 }, newToken);
  const more = tokens.map((token, index) => ({
    name: `europol-${index}`,
    hash: hashToken(token),
    scopes: ['viewer'],
    org: 'europol',
  }));
  site.changeCallers((callers) => [...callers, ...more]);
  const listeners = await Promise.all(
    tokens
      .slice(0, 8)
      .flatMap((token) => [token, token])
      .map((token) => listen(`${site.url}/v1/status/stream`, { authorization: `Bearer ${token}` })),
  );
  expect(listeners.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
  // Refuses both a caller with open requests and a new caller.
  for (const who of [tokens[0], tokens[8], 'europol']) {
    const { status, text } = await site.get('/v1/status', who);
    expect([status, JSON.parse(text)]).toMatchObject([503, { code: 'busy' }]);
    expect(JSON.parse(text).detail).toContain('one organisation');
  }
  for (const who of ['afripol', 'federation']) expect((await site.get('/v1/status', who)).status).toBe(200);
  listeners[0]?.close();
  await until('room', async () => (await site.get('/v1/status', tokens[8])).status === 200);
  for (const { close } of listeners) close();
});
