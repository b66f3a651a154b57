import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { readHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Federation, startFederation as startHub } from '../../../services/cli/up/federation.js';
import { unreadyProcesses } from '../../../services/cli/up/readiness.js';
import { freshHome, startFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';
import { type PlayedGateway, playGateway, type Sent } from '../../support/played-gateway.js';
import { expectAllKept, PATIENT } from './kill-processes.js';

const ROUTERS = ['router', 'router-2'] as const;
const PATIENCE_MS = 240_000;

/** Kills each of two routers this many times during `simulate`: no notice is lost or delivered twice. */
export async function killRouters(kills: number): Promise<void> {
  await using federation = await startFederation({
    words: ['--no-traffic', '--routers', '2'],
    env: PATIENT,
  });
  const processes = async () => (await federation.cli('status', '--json')).records.at(-1)?.['processes'];
  const routers = ROUTERS.map((process) => expect.objectContaining({ process, state: 'ready' }));
  await expect.poll(processes).toEqual(expect.arrayContaining(routers));
  const simulate = federation.cli('simulate', '--for', `${kills * 5}s`, '--rate', '40', '--json');
  for (const name of Array.from({ length: kills }, () => ROUTERS).flat()) {
    await delay(500 + Math.random() * 1_500);
    await federation.pidOf(name);
    federation.kill(name);
  }
  const { code, signal, records, stderr } = await simulate;
  expectAllKept(records.at(-1), `${code} ${signal} ${stderr}`);
  expect(code).toBe(0);
}

/** Kills each of two routers this many times, then one for good: every revision arrives once and in order. */
export async function killRoutersInOrder(kills: number): Promise<void> {
  const home = freshHome();
  const hub = await startHub(home, {
    env: process.env,
    fresh: false,
    afterLoss: false,
    without: ['gateways', 'console'],
    routers: 2,
    say: () => {},
    onEvent: () => {},
    stopping: new AbortController().signal,
  });
  const gateways: PlayedGateway[] = [];
  try {
    for (const org of hub.orgs) gateways.push(await play(hub, org));
    await Promise.all(gateways.map((gateway) => gateway.listen({ receipts: true })));
    const load = startLoad(gateways);
    for (const name of Array.from({ length: kills }, () => ROUTERS).flat()) {
      await delay(500 + Math.random() * 1_000);
      await until(`${name} to run`, () => hub.pid(name) !== undefined, PATIENCE_MS);
      process.kill(hub.pid(name) ?? 0, 'SIGKILL');
    }
    const seconds = await killForGood(hub, gateways);
    process.stderr.write(`the other router took over from a killed one within ${seconds.toFixed(1)} s\n`);
    const sent = await load.stop();
    await expectInOrder(gateways, sent);
    expect(hub.pid('router-2')).toBe(undefined);
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await hub.stop();
    rmSync(dirname(home.root), { recursive: true, force: true });
  }
}

async function play({ home, run }: Federation, org: string): Promise<PlayedGateway> {
  const directory = await readHomeDirectory(home);
  if (directory === undefined) throw new Error('no directory');
  const seed = readSecret(home.org(parseOrgId(org), 'gateway.nk'));
  const connect = () => connectAs({ servers: run.nats, seed, role: 'gateway', name: `test-${org}` });
  return playGateway({
    broker: { home, connect },
    org,
    clock: () => new Date(),
    directory: () => directory,
  });
}

/** The sent frames by sender. */
type SentBy = ReadonlyMap<PlayedGateway, readonly Sent[]>;

/** Lets three organisations send frame after frame, each with the next revision of their three notices. */
function startLoad(gateways: readonly PlayedGateway[]): { readonly stop: () => Promise<SentBy> } {
  const going = new AbortController();
  const sendAll = async (gateway: PlayedGateway): Promise<readonly [PlayedGateway, readonly Sent[]]> => {
    const ids = Array.from({ length: 3 }, () => uuidv7());
    const all: Sent[] = [];
    while (!going.signal.aborted) {
      const notices: string[] = [];
      for (const id of ids) notices.push(await gateway.issue({ id }));
      const frame = await gateway.frame(notices);
      await gateway.send(frame);
      all.push(frame);
      await delay(100);
    }
    return [gateway, all];
  };
  const running = Promise.all(gateways.slice(0, 3).map(sendAll));
  return {
    stop: async () => {
      going.abort();
      return new Map(await running);
    },
  };
}

/** Kills a router that is not restarted; returns the seconds until each sender got the report of another frame. */
async function killForGood(hub: Federation, gateways: readonly PlayedGateway[]): Promise<number> {
  await until(
    'both routers to serve',
    async () => (await unreadyProcesses(hub.run)).length === 0,
    PATIENCE_MS,
  );
  const died = performance.now();
  const before = gateways.slice(0, 3).map(({ reports }) => reports.length);
  process.kill(hub.pid('router-2') ?? 0, 'SIGKILL');
  await hub.end('router-2');
  const goesOn = (): boolean => before.every((count, at) => (gateways[at]?.reports.length ?? 0) > count);
  await until('the other router to continue', goesOn, PATIENCE_MS);
  return (performance.now() - died) / 1000;
}

/** Compares reports and inboxes: nothing missing, nothing twice, the revisions of each notice rising. */
async function expectInOrder(gateways: readonly PlayedGateway[], sent: SentBy): Promise<void> {
  const promised = new Map<string, string[]>(gateways.map(({ org }) => [org, []]));
  for (const [gateway, frames] of sent) {
    const reports = () => firstOf(gateway.reports, ({ id }) => id);
    await until(`every report to ${gateway.org}`, () => reports().length >= frames.length, PATIENCE_MS);
    expect(reports().map(({ id }) => id)).toEqual(frames.map(({ id }) => id));
    for (const { report } of reports()) {
      expect(report.refusals).toEqual([]);
      for (const { outcome, to, jti } of report.decisions) {
        if (outcome !== 'denied') promised.get(to)?.push(jti);
      }
    }
  }
  expect([...promised.values()].flat().length).toBeGreaterThan(100);
  for (const { org, held } of gateways) {
    const wanted = promised.get(org) ?? [];
    const jtis = (): string[] =>
      firstOf(held, ({ originator, frame }) => `${originator} ${frame}`).flatMap(({ notices }) =>
        notices.map(({ jti }) => jti),
      );
    await until(`everything to reach ${org}`, () => jtis().length >= wanted.length, PATIENCE_MS);
    expect(jtis().toSorted()).toEqual(wanted.toSorted());
    const numbersOf = new Map<string, number[]>();
    for (const jti of jtis()) {
      const [id = '', number] = jti.split('.');
      numbersOf.set(id, [...(numbersOf.get(id) ?? []), Number(number)]);
    }
    for (const each of numbersOf.values()) expect(each).toEqual(each.toSorted((a, b) => a - b));
  }
}

/** Keeps the first of each name: a frame whose router died before settling it is delivered again, and gateways drop it. */
function firstOf<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const names = all.map(nameOf);
  return all.filter((_, at) => names.indexOf(names[at] ?? '') === at);
}
