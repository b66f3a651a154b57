import { beforeEach, describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { type Alarms, createAlarms } from '../../../services/shared/runtime/alarms.js';
import { parseAlarms, meaningOf } from '../../../services/shared/runtime/parse-alarms.js';
import { createMeter, type Meter } from '../../../services/shared/runtime/meter.js';
import { hearLog } from '../../gateway/start-gateway.js';
import type { Json } from '../../gateway/start-gateway.js';

const HOUR = 3_600_000;
const START = Date.parse('2031-05-04T03:00:00Z');

let alarms: Alarms;
let meter: Meter;
let lines: readonly Json[];
let now: number;

beforeEach(() => {
  now = START;
  meter = createMeter();
  const heard = hearLog();
  lines = heard.lines;
  alarms = createAlarms({ log: heard.log, meter, clock: () => new Date(now) });
});

const listed = (): readonly string[] => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`);

describe('alarms', () => {
  test('a raised alarm is logged with its context, counted, and listed without the context', async () => {
    alarms.raise('message-dropped', fail('key-expired', 'the key has ended'), {
      frame: 'f1',
      place: 'report',
    });
    expect(lines).toMatchObject([
      { alarm: 'message-dropped', code: 'key-expired', frame: 'f1', msg: 'the key has ended' },
    ]);
    const at = new Date(START).toISOString();
    const shown = {
      alarm: 'message-dropped',
      code: 'key-expired',
      place: 'report',
      since: at,
      last: at,
      count: 1,
    };
    expect(alarms.list()).toEqual([shown]);
    expect(await meter.text()).toContain('liaison_alarms_total{alarm="message-dropped"} 1');
    expect(await meter.text()).toContain('liaison_alarms_total{alarm="gate-closed"} 0');
  });

  test('an alarm raised again with the same code is one entry with first time, last time and count', () => {
    alarms.raise('frame-stuck', { code: 'oversize' });
    now += HOUR;
    alarms.raise('frame-stuck', { code: 'oversize' });
    alarms.raise('frame-stuck', { code: 'busy' });
    expect(alarms.list()).toMatchObject([
      { code: 'busy', count: 1 },
      { code: 'oversize', count: 2, since: new Date(START).toISOString(), last: new Date(now).toISOString() },
    ]);
  });

  test('an alarm that lasts is listed until it is ended, any other for a day', () => {
    alarms.raise('inbox-away', { code: 'timed-out' });
    alarms.raise('records-lost', { code: 'ledger-damaged' });
    now += 23 * HOUR;
    expect(listed()).toEqual(['inbox-away timed-out', 'records-lost ledger-damaged']);
    now += 2 * HOUR;
    expect(listed()).toEqual(['inbox-away timed-out']);
    alarms.end('inbox-away');
    expect(listed()).toEqual([]);
  });

  test('ending an alarm keeps it listed under the remaining codes', () => {
    alarms.raise('gate-closed', { code: 'auditor-silent' });
    alarms.raise('gate-closed', { code: 'directory-stale' });
    alarms.end('gate-closed', ['directory-stale']);
    expect(listed()).toEqual(['gate-closed directory-stale']);
  });

  test('a followed alarm is raised by a fault and ended by undefined', () => {
    const report = alarms.follow('tokens-unreadable', 'tokens.json');
    report(fail('config-invalid', 'not JSON'));
    expect(alarms.list()).toMatchObject([{ code: 'config-invalid', place: 'tokens.json' }]);
    report(undefined);
    expect(alarms.list()).toEqual([]);
  });
});

test('alarms: at most 64 are listed, and the one raised longest ago is dropped first', () => {
  for (let n = 0; n < 100; n += 1) alarms.raise('message-dropped', { code: 'busy' }, { place: `class ${n}` });
  alarms.raise('message-dropped', { code: 'busy' }, { place: 'class 40' });
  alarms.raise('message-dropped', { code: 'full' });
  const places = alarms.list().map(({ place }) => place);
  expect(places).toHaveLength(64);
  expect(places.slice(0, 2)).toEqual([null, 'class 40']);
  expect(places).not.toContain('class 36');
});

test('alarms: of more than 64, lasting ones stay listed, because they are raised only when they begin', () => {
  alarms.raise('gate-closed', { code: 'busy' });
  for (let n = 0; n < 100; n += 1) alarms.raise('message-dropped', { code: 'busy' }, { place: `class ${n}` });
  expect(alarms.list()).toHaveLength(64);
  expect(alarms.list().map(({ alarm }) => alarm)).toContain('gate-closed');
});

describe('parseAlarms', () => {
  test('reads the alarms of an answer of `/readyz` and leaves out entries of any other shape', () => {
    alarms.raise('inbox-away', { code: 'timed-out' });
    const answer: unknown = JSON.parse(JSON.stringify({ ready: true, alarms: [...alarms.list(), 7, {}] }));
    expect(parseAlarms(answer)).toEqual(alarms.list());
    for (const none of [undefined, 'text', {}, { alarms: 'none' }]) expect(parseAlarms(none)).toEqual([]);
  });

  test('reads an alarm that only a newer release knows, without a meaning', () => {
    const at = new Date(START).toISOString();
    const newer = { alarm: 'moon-fell', code: null, place: null, since: at, last: at, count: 1 };
    expect(parseAlarms({ alarms: [newer] })).toEqual([newer]);
    expect(meaningOf('moon-fell')).toBe('');
  });
});
