import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CheckFinding } from '../../../services/cli/doctor/check.js';
import { judgeKeys } from '../../../services/cli/doctor/judge-keys.js';
import { siteChecks } from '../../../services/cli/doctor/site-checks.js';
import type { GatewayRunFile } from '../../../services/cli/home/run-file.js';
import { newestDirectory, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { localKeys } from '../../../services/cli/key/local-keys.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { keptDirectory } from '../../../services/shared/trust/kept-directory.js';
import { EUROPOL, hubAdmits, makeSite } from '../org/admit-site.js';
import { runLine } from '../policy/run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-site-checks-'));
const site = homeAt(join(folder, 'site'));
const DAY_MS = 86_400_000;
const DIGEST = 'd'.repeat(43);
beforeAll(async () => {
  const welcome = join(folder, 'welcome.json');
  const request = await makeSite(site);
  const before = await runLine(['doctor'], { home: site });
  expect(before.stdout).toContain('liaison org accept welcome.json');
  await hubAdmits(homeAt(join(folder, 'hub')), request, welcome);
  expect((await runLine(['org', 'accept', welcome, '--yes'], { home: site })).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function look(name: string, run?: GatewayRunFile, days = 0): Promise<CheckFinding> {
  const check = siteChecks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check \`${name}\``);
  return check.look({ home: site, env: {}, run, now: new Date(Date.now() + days * DAY_MS) });
}

/** Starts a gateway with these metrics, which answers with this readiness and these releases. */
async function gateway(
  metrics: string,
  {
    reasons = [],
    releases = [],
  }: { readonly reasons?: readonly string[]; readonly releases?: readonly object[] },
): Promise<GatewayRunFile> {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/readyz' && reasons.length > 0 ? 503 : 200;
    if (url === '/metrics') response.end(metrics);
    else if (url === '/readyz') response.end(JSON.stringify({ reasons, alarms: [] }));
    else response.end(JSON.stringify({ bundle: null, releases, unrecorded: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const name = `gateway-${EUROPOL}`;
  return {
    nats: 'tls://hub.example.org:4222',
    pid: process.pid,
    gateways: { [EUROPOL]: url },
    metrics: { [name]: `${url}/metrics` },
    processes: { [name]: process.pid },
  };
}

describe('`doctor` at a site', () => {
  test('without a gateway names the command that starts it, and skips what only the gateway knows', async () => {
    expect(await look('gateway')).toMatchObject({
      state: 'bad',
      mend: expect.stringContaining('liaison site start'),
    });
    for (const name of ['hub', 'witnesses', 'releases'])
      expect(await look(name)).toMatchObject({ state: 'skip' });
  });

  test('shows the gateway, the hub and the witnesses of a site that is well', async () => {
    const run = await gateway('liaison_nats_connected 1\nliaison_gateway_unwitnessed_seconds 4\n', {});
    expect(await look('gateway', run)).toMatchObject({ state: 'ok' });
    expect(await look('hub', run)).toMatchObject({ state: 'ok' });
    expect((await look('witnesses', run)).says).toContain('4 s ago');
    expect(await look('releases', run)).toMatchObject({ state: 'ok', says: 'none recorded' });
  });

  test('names the command that ends a gateway which does not answer, and which verb restarts it', async () => {
    const run = { ...(await gateway('', {})), gateways: { [EUROPOL]: 'http://127.0.0.1:9' } };
    expect(await look('gateway', run)).toMatchObject({
      state: 'bad',
      mend: `kill -9 ${process.pid}   # gateway-europol: \`site start\` restarts it`,
    });
  });

  test('says how to look for a hub that is not reached', async () => {
    const run = await gateway('liaison_nats_connected 0\n', { reasons: ['unreachable'] });
    expect(await look('gateway', run)).toMatchObject({ state: 'bad', says: 'not ready: unreachable' });
    expect(await look('hub', run)).toMatchObject({
      state: 'bad',
      mend: expect.stringContaining('-connect hub.example.org:4222'),
    });
  });

  test('shows the newest release, and the command that says why one was refused', async () => {
    const release = {
      release: DIGEST,
      statement: DIGEST,
      version: 2,
      state: 'refused',
      recordedAt: '2026-06-01T12:00:00Z',
      judgedAt: null,
      judgedBy: null,
    };
    const run = await gateway('liaison_nats_connected 1\n', { releases: [release] });
    expect(await look('releases', run)).toMatchObject({
      state: 'look',
      says: 'version 2 is refused',
      mend: expect.stringContaining(`liaison policy show ${DIGEST}`),
    });
  });

  test('tells a hub that refuses its nkey from one that is not reached', async () => {
    const run = await gateway('liaison_nats_connected 0\n', { reasons: ['unauthorised'] });
    expect(await look('gateway', run)).toMatchObject({
      state: 'bad',
      mend: expect.stringContaining('liaison key request'),
    });
  });

  test('finds a directory past its end', async () => {
    expect(await look('directory')).toMatchObject({ state: 'ok' });
    expect(await look('directory', undefined, 8)).toMatchObject({ state: 'bad' });
  });

  test('judges the keys of this organisation alone, and names those that end within 30 days', async () => {
    expect(await look('keys')).toMatchObject({ state: 'ok', says: expect.stringContaining('4 keys') });
    const opened = await newestDirectory(site);
    const now = new Date(Date.now() + 710 * DAY_MS);
    expect(judgeKeys(opened, localKeys(site, opened), { now, owner: EUROPOL })).toMatchObject({
      state: 'bad',
      says: [
        'expire within 30 days:',
        ...['notice', 'receipt', 'policy', 'witness'].map((use) => `${EUROPOL}:${use}:1`),
      ].join(' '),
      mend: expect.stringContaining('liaison key rotate europol'),
    });
  });

  test.each([
    ['is suspended', { suspendedAt: new Date(Date.now() - 60_000) }],
    ['is leaving', { leavingAt: new Date(Date.now() - 50_000) }],
    ['has left', { leftAt: new Date(Date.now() - 40_000) }],
  ])('says that its organisation %s, by the newest directory that its gateway kept', async (words, ends) => {
    const hub = homeAt(join(folder, 'hub'));
    await signHomeDirectory(hub, { now: new Date(), ends: { org: EUROPOL, ...ends } });
    copyFileSync(hub.directory, keptDirectory(site.org(EUROPOL)));
    const since = Object.values(ends)[0]?.toISOString().slice(0, 19) ?? '?';
    expect(await look('member')).toMatchObject({ state: 'look', says: expect.stringContaining(words) });
    expect((await look('member')).says).toContain(`since ${since}`);
  });

  test('finds a certificate that ends within a year, with the authority of the hub', async () => {
    expect(await look('certificate')).toMatchObject({ state: 'ok' });
    expect(await look('certificate', undefined, 3_300)).toMatchObject({
      state: 'look',
      mend: expect.stringContaining('join a new hub before that day'),
    });
    expect(await look('certificate', undefined, 3_660)).toMatchObject({ state: 'bad' });
  });
});
