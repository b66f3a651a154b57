import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import { readStatus } from '../../../services/cli/status/read-status.js';
import { siteStatusText } from '../../../services/cli/status/show-site-status.js';
import { statusText } from '../../../services/cli/status/show-status.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import type { Organisation } from '../../../services/shared/trust/directory.js';

const NOW = new Date('2026-06-01T14:00:00.000Z');
const BEFORE = new Date('2026-06-01T12:00:00.000Z');
const AWAY = 'http://127.0.0.1:1';

const ENDS = {
  europol: {},
  interpol: { suspendedAt: BEFORE },
  afripol: { suspendedAt: BEFORE, leavingAt: BEFORE },
  gccpol: { leavingAt: BEFORE, leftAt: BEFORE },
};
const directory = {
  organisations: new Map(
    Object.entries(ENDS).map(([id, ends]) => [
      parseOrgId(id),
      { id: parseOrgId(id), ...ends } as Organisation,
    ]),
  ),
};
const DISK = { bytes: 1_000, free: 2_000, bytesPerDay: null, fullIn: null };
const REST = { log: null, simulatedAlarms: [], disk: DISK };
const GATEWAYS = { nats: 'nats://127.0.0.1:1', gateways: {}, metrics: {}, processes: {} };
const HUB = { ...GATEWAYS, monitor: AWAY, auditor: AWAY, router: AWAY };
const look = { paint: createColors(false), width: 80, home: homeAt('/tmp/nowhere') };

describe('status', () => {
  test('at a hub lists the members of the directory, each with its state', async () => {
    const status = await readStatus(HUB, NOW, directory);
    expect(status.organisations.map(({ org, membership, since }) => [org, membership, since])).toEqual([
      ['europol', 'member', null],
      ['interpol', 'suspended', BEFORE.toISOString()],
      ['afripol', 'leaving', BEFORE.toISOString()],
      ['gccpol', 'left', BEFORE.toISOString()],
    ]);
    const text = statusText({ ...status, ...REST }, { ...look, run: HUB });
    expect(text).toMatch(/^europol +member +\? +not connected$/m);
    expect(text).toMatch(/^afripol +leaving since 2026-06-01 12:00:00 +\? +not connected$/m);
    expect(text).toMatch(/^gccpol +left since 2026-06-01 12:00:00 +– +–$/m);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('at a hub without members says so', async () => {
    const status = await readStatus(HUB, NOW, { organisations: new Map() });
    const text = statusText({ ...status, ...REST }, { ...look, run: HUB });
    expect(text).toContain('no member yet');
  });

  test('of a demonstration marks the organisations that exchange no notices', async () => {
    const gateways = Object.fromEntries(Object.keys(ENDS).map((org) => [org, AWAY]));
    const run = { ...HUB, gateways };
    const status = await readStatus(run, NOW, directory);
    const text = statusText({ ...status, ...REST }, { ...look, width: 120, run });
    expect(text).toMatch(/^europol +\?/m);
    expect(text).toContain('interpol (suspended)');
    expect(text).toContain('gccpol (left)');
  });

  test.each([
    ['interpol', 'suspended since 2026-06-01 12:00:00: notices are refused'],
    ['afripol', 'leaving since 2026-06-01 12:00:00: notices are refused'],
    ['gccpol', 'left since 2026-06-01 12:00:00: nothing is exchanged any more'],
  ])('at the site of %s says what passes and since when', async (org, words) => {
    const run = { ...GATEWAYS, gateways: { [org]: AWAY } };
    const status = await readStatus(run, NOW, directory);
    expect(siteStatusText({ ...status, ...REST }, { ...look, run, hub: run.nats })).toContain(
      `member     ${words}`,
    );
  });

  test('at the site of a member in force has no such line', async () => {
    const run = { ...GATEWAYS, gateways: { europol: AWAY } };
    const status = await readStatus(run, NOW, directory);
    expect(siteStatusText({ ...status, ...REST }, { ...look, run, hub: run.nats })).not.toContain('member  ');
  });
});
