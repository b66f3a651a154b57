import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { alarmsAt } from '../../support/processes/alarms-at.js';
import { type ServiceProcess, startService } from '../../support/processes/service-process.js';
import { type Hub, noticePart, startHub, waitUntil } from '../hub.js';
import { NO_WITNESS, publishedCheckpoint } from './shown-log.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

let hub: Hub;
let homes: readonly [Home, Home];
let policy: string;
const running = new Set<ServiceProcess>();
beforeEach(async () => {
  hub = await startHub();
  policy = join(hub.broker.home.root, 'witnesses');
  // Without witnesses nothing but the comparison with CHECKPOINT keeps one auditor from sealing beside the other.
  writeFileSync(policy, NO_WITNESS);
  homes = [hub.broker.home, secondHome(hub.broker.home)];
});
afterEach(async () => {
  for (const one of running) await one.kill();
  running.clear();
  await hub.close();
});

/** Copies what an auditor needs, without its data: the home of a second machine with the same keys. */
function secondHome(first: Home): Home {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'auditor-')));
  for (const name of ['contract', 'anchor', 'directory'] as const) cpSync(first[name], home[name]);
  cpSync(first.hub('auditor'), home.hub('auditor'), { recursive: true });
  return home;
}

async function start({ root }: Home): Promise<ServiceProcess> {
  const env = {
    LIAISON_HOME: root,
    LIAISON_HEARTBEAT_SECONDS: '1',
    LIAISON_LOG_LEVEL: 'silent',
    LIAISON_WITNESS_POLICY: policy,
  };
  const service = await startService('auditor', hub.broker, { env, heapMiB: 256 });
  running.add(service);
  return service;
}

async function stopAll(): Promise<void> {
  for (const one of running) await one.stop();
  running.clear();
}

/** Notes the root of each checkpoint that is in CHECKPOINT until stopped, and requires that their sizes only grow. */
function watchPublished() {
  const roots = new Map<number, Set<string>>();
  let newest = 0;
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const found = (await publishedCheckpoint(hub))?.checkpoint;
      if (found === undefined) continue;
      roots.set(found.size, (roots.get(found.size) ?? new Set()).add(hex(found.root)));
      expect(found.size).toBeGreaterThanOrEqual(newest);
      newest = found.size;
    }
  })();
  return async (): Promise<ReadonlyMap<number, ReadonlySet<string>>> => {
    stopping.abort();
    await watching;
    return roots;
  };
}

async function entriesIn({ auditorData }: Home): Promise<readonly Uint8Array[]> {
  const archive = await openArchive(auditorData);
  const entries: Uint8Array[] = [];
  for await (const { bytes } of archive.read(1, 1e6))
    entries.push(sha256(frames.record.decode(bytes).statement!.statement));
  await archive.close();
  return entries;
}

const rootOf = (entries: readonly Uint8Array[]): string => hex(treeOfHashes(entries.map(leafHash)).root);

async function sizePublished(): Promise<number | undefined> {
  return (await publishedCheckpoint(hub))?.checkpoint.size;
}

async function publish(first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n += 1)
    await hub.publish('interpol', await hub.report('interpol', [noticePart(n)]));
}

describe('two auditors that run on one broker with the same keys', () => {
  test('never publish two roots for a size, and what they publish is one history', {
    tags: ['long'],
  }, async () => {
    await Promise.all(homes.map(start));
    const published = watchPublished();
    for (let batch = 0; batch < 12; batch += 1) {
      await publish(1 + 5 * batch, 5);
      await new Promise((resolve) => setTimeout(resolve, 300));
      // At least three checkpoints, however slowly the auditors start.
      if (batch % 4 === 3) await waitUntil(async () => (await sizePublished()) === 5 * (batch + 1));
    }
    const roots = await published();
    await stopAll();
    const [entries, others] = [await entriesIn(homes[0]), await entriesIn(homes[1])];
    const longer = entries.length >= others.length ? entries : others;
    expect(longer).toHaveLength(60);
    expect(roots.size).toBeGreaterThan(2);
    for (const [size, shown] of roots)
      expect([size, [...shown]]).toEqual([size, [rootOf(longer.slice(0, size))]]);
  });

  test('with other records on their disks: one of them publishes, and the other signs nothing beside it and raises an alarm', async () => {
    const records = await Promise.all([1, 2, 3].map((n) => hub.report('interpol', [noticePart(n)])));
    for (const [home, order] of [
      [homes[0], records],
      [homes[1], records.toReversed()],
    ] as const) {
      mkdirSync(home.auditorData, { recursive: true });
      const archive = await openArchive(home.auditorData);
      const where = { epoch: 'earlier', subject: 'ledger.interpol' };
      await archive.keep(order.map((bytes, at) => ({ ...where, seq: at + 1, bytes })));
      await archive.close();
    }
    const both = await Promise.all(homes.map(start));
    const published = watchPublished();
    await publish(4, 20);
    await waitUntil(async () => {
      const raised = await Promise.all(both.map(alarmsAt));
      return raised.filter((alarms) => alarms.includes('ledger-rolled-back')).length === 1;
    });
    await publish(24, 5);
    await waitUntil(async () => (await publishedCheckpoint(hub))!.checkpoint.size >= 3);
    const roots = await published();
    await stopAll();
    const histories = await Promise.all(homes.map(entriesIn));
    const sizes = [...roots.keys()].filter((size) => size > 0);
    expect(sizes.length).toBeGreaterThan(0);
    const of = (size: number): readonly number[] =>
      histories.flatMap((entries, at) =>
        entries.length >= size && roots.get(size)?.has(rootOf(entries.slice(0, size))) ? [at] : [],
      );
    const [winner] = of(sizes[0]!);
    for (const size of sizes) expect([size, roots.get(size)?.size, of(size)]).toEqual([size, 1, [winner]]);
  });
});
