import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ShownAdoption } from '../../../services/shared/wire/shown-adoption.js';
import { alarmLines, type ShownStatus, statusText } from '../../../services/cli/status/show-status.js';
import { createColors } from 'picocolors';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import type { ShownLog } from '../../../services/shared/wire/shown-ledger.js';

/** What a home grew in an hour, by bytes. */
const DISK = { bytes: 3_200_000_000, free: 64_000_000_000, bytesPerDay: 16_000_000_000, fullIn: 345_600 };
const NOW = '2026-06-01T14:00:00.000Z';

const home = homeAt(mkdtempSync(join(tmpdir(), 'status-')));

function textOf(adoption: ShownAdoption | null, log: ShownLog | null = null): string {
  const status: ShownStatus = {
    now: NOW,
    federation: { pid: 1, broker: '2.10.27' },
    processes: [],
    organisations: [],
    ledger: { records: 1, lag: 0, heartbeatAge: 1 },
    log,
    directory: { version: 1, staleIn: 60 },
    policies: {
      faulty: (adoption?.refused ?? null) !== null,
      digests: { schema: 'a', federation: 'b', 'europol/export': 'c' },
      adoption,
    },
    alarms: [],
    simulatedAlarms: [],
    disk: DISK,
  };
  return statusText(status, { paint: createColors(false), width: 120, home, run: { gateways: {} } });
}

const ADOPTED = { adopted: 'abcdef012345'.padEnd(64, '6'), since: '2026-06-01T12:00:00.000Z', refused: null };

test('status: prints the first twelve digits of the adopted digest and how long ago it was adopted', () => {
  expect(textOf(ADOPTED)).toContain('policies   2 sets in force, adopted abcdef012345 2 h ago');
  expect(textOf({ ...ADOPTED, adopted: null, since: null })).toContain('sets in force, none adopted');
  expect(textOf(null)).toContain('policies   2 sets in force, adopted ?');
});

test('status: lists each finding about a saved folder that is not adopted', () => {
  const finding = { place: 'europol/cases.yaml:3:5', message: 'the case "a" fails' };
  const text = textOf({ ...ADOPTED, refused: { code: 'policy-refused', findings: [finding] } });
  expect(text).toContain('the saved folder is not adopted: policy-refused');
  expect(text).toMatch(/europol\/cases\.yaml:3:5\s+the case "a" fails/);
});

test('status: an acknowledged alarm says by whom and why, once it is acknowledged at each process', () => {
  const raised = { alarm: 'foreign-record', code: null, place: null, since: NOW, last: NOW, count: 1 };
  const words = { by: 'A. Example', at: NOW, reason: 'our own test' };
  const one = { ...raised, process: 'router', acknowledged: words };
  const textWith = (alarms: ShownStatus['alarms']): string =>
    alarmLines({ alarms, now: NOW }, { paint: createColors(false), width: 160 }).join('\n');
  expect(textWith([one])).toContain('router · acknowledged by A. Example: our own test');
  const other = { ...raised, process: 'auditor' };
  expect(textWith([one, { ...other, acknowledged: null }])).not.toContain('acknowledged');
  expect(textWith([one, { ...other, acknowledged: words }])).toContain('router auditor · acknowledged by');
});

test('status: says how large the home is, how fast it grows, and when its disk is full', () => {
  expect(textOf(null)).toContain('disk       3.2 GB, 64 GB free; grows 16 GB a day, full in 4 d');
});

test('status: says how far each witness is behind, and when one machine holds them all', () => {
  const gateway = (org: string, size: number | null) => ({ name: org, key: `demo/${org}`, url: null, size });
  const witnesses = [gateway('europol', 1_204), gateway('interpol', 1_200), gateway('afripol', null)];
  const log = { size: 1_232, quorate: 1_204, witnesses };
  for (const org of ['europol', 'interpol'].map((name) => parseOrgId(name))) {
    mkdirSync(home.org(org), { recursive: true });
    writeFileSync(home.org(org, 'witness.jwk'), '');
  }
  const reached = 'of 3 cosigned the 1,204 entries with a quorum';
  const lags = 'behind: interpol by 4, afripol by all';
  expect(textOf(null, log)).toContain(`witnesses  1 ${reached}; 28 newer ones have none yet; ${lags}\n`);
  const equal = witnesses.map((witness) => ({ ...witness, size: 1_204 }));
  expect(textOf(null, { ...log, witnesses: equal })).toContain(`witnesses  3 ${reached}; 28 newer`);
  expect(textOf(null, { ...log, size: 1_205, witnesses: equal })).toContain(
    'quorum; 1 newer one has none yet\n',
  );
  expect(textOf(null, { ...log, size: 1_204, witnesses: equal })).toContain(`witnesses  3 ${reached}\n`);
  const newest = 'of 3 cosigned the newest checkpoint, of 1,232 entries';
  expect(textOf(null, { ...log, quorate: null })).toContain(`witnesses  0 ${newest}; behind: europol by 28,`);
  const here = { name: 'w', key: 'w.example', url: 'http://127.0.0.1:1', size: 1_204 };
  const elsewhere = { ...here, url: 'https://w.example' };
  const two = witnesses.slice(0, 2);
  expect(textOf(null, { ...log, witnesses: [...two, here] })).toContain('; one machine holds them all\n');
  expect(textOf(null, { ...log, witnesses: [...two, elsewhere] })).not.toContain('one machine');
  expect(textOf(null, { ...log, witnesses: [] })).toContain('witnesses  none are needed');
});
