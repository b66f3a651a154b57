import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { isConsistent } from '../../../services/shared/tlog/verify-proof.js';
import { alarmsAt } from '../../support/processes/alarms-at.js';
import { type ServiceProcess, startService } from '../../support/processes/service-process.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { type Hub, noticePart, startHub, waitUntil } from '../hub.js';
import { tokensOf } from '../hub-tokens.js';
import { getFrom, publishedCheckpoint } from '../log/shown-log.js';
import { makeMirrorHome } from './mirror-home.js';

let hub: Hub;
const running = new Set<ServiceProcess>();
beforeEach(async () => {
  hub = await startHub();
});
afterEach(async () => {
  for (const one of running) await one.kill();
  running.clear();
  await hub.close();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const quick = { LIAISON_HEARTBEAT_SECONDS: '1', LIAISON_LOG_LEVEL: 'silent' };
  const service = await startService('auditor', hub.broker, { env: { ...quick, ...env }, heapMiB: 256 });
  running.add(service);
  return service;
}

async function stop(service: ServiceProcess): Promise<void> {
  await service.stop();
  running.delete(service);
}

let published = 0;
async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    published += 1;
    await hub.publish('interpol', await hub.report('interpol', [noticePart(published)]));
  }
}

const sealed = (size: number): Promise<void> =>
  waitUntil(async () => (await publishedCheckpoint(hub))?.checkpoint.size === size);

/** Cosigns what the auditor shows, once that has this size, with the witness of every member. */
async function cosign({ url }: ServiceProcess, size: number): Promise<void> {
  await waitUntil(async () => {
    const note = await (await getFrom({ url }, hub, { path: 'checkpoint' })).text();
    return note.split('\n')[1] === String(size);
  });
  await cosignPublished(hub.broker, url, hub.broker.orgs);
}

/** Shows the auditor, as a witness does, a checkpoint that it cosigned. */
async function showCosigned({ url }: ServiceProcess, note: string, size: number): Promise<void> {
  const line = await memberCosignature(hub.broker, 'europol', note);
  const headers = { authorization: `Bearer ${tokensOf(hub).router}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ size, line, note });
  expect((await fetch(`${url}/v1/cosignatures`, { method: 'POST', headers, body })).status).toBe(204);
}

const isReady = async ({ url }: ServiceProcess): Promise<boolean> => (await fetch(`${url}/readyz`)).ok;

/** The entries of the checkpoint that a mirror followed last. */
function mirroredSize(folder: string): number {
  const head = JSON.parse(readFileSync(join(folder, 'log', '1', 'head.json'), 'utf8')) as { note: string };
  return parseCheckpointText(parseNote(head.note).text).size;
}

test('an auditor with an older disk beside an erased broker takes the lost records from its mirror: one history, and the alarm ends', {
  tags: ['long'],
}, async () => {
  published = 0;
  const data = hub.broker.home.auditorData;
  const mirrorHome = makeMirrorHome(hub.broker.home);
  let auditor = await start();
  const mirror = await start({ LIAISON_HOME: mirrorHome.root, LIAISON_MIRROR_OF: auditor.url });
  await cosign(auditor, 0);
  await publish(5);
  await sealed(5);
  await cosign(auditor, 5);
  await stop(auditor);
  const backup = mkdtempSync(join(tmpdir(), 'backup-'));
  cpSync(data, backup, { recursive: true });

  auditor = await start({ LIAISON_PORT: new URL(auditor.url).port });
  await cosign(auditor, 5);
  await publish(40);
  await sealed(45);
  await cosign(auditor, 45);
  const lost = (await publishedCheckpoint(hub))!;
  await waitUntil(async () => (await isReady(mirror)) && mirroredSize(mirrorHome.auditorData) === 45);

  await stop(auditor);
  await stop(mirror);
  await hub.broker.stop();
  hub.broker.eraseData();
  await hub.broker.start();
  await hub.broker.provisionAnew({ afterLoss: true });
  rmSync(data, { recursive: true });
  cpSync(backup, data, { recursive: true });
  auditor = await start();
  await sealed(5);
  await showCosigned(auditor, lost.frame.note!, 45);
  await waitUntil(async () => (await alarmsAt(auditor)).includes('ledger-rolled-back'));
  await stop(auditor);

  for (const name of readdirSync(data))
    if (/^(records|index\.db|log$)/.test(name)) rmSync(join(data, name), { recursive: true });
  for (const name of readdirSync(mirrorHome.auditorData))
    if (/^(records|log$)/.test(name))
      cpSync(join(mirrorHome.auditorData, name), join(data, name), { recursive: true });
  auditor = await start();
  await sealed(45);
  await cosign(auditor, 45);
  await publish(1);
  await sealed(46);
  const after = (await publishedCheckpoint(hub))!;
  expect(isConsistent(lost.checkpoint, after.checkpoint, after.frame.proof)).toBe(true);
  expect(await alarmsAt(auditor)).toEqual([]);
});

test('a mirror that is killed repeatedly while records arrive has every record of the auditor at the end, in its order', {
  tags: ['long'],
}, async () => {
  published = 0;
  const policy = join(hub.broker.home.root, 'witnesses');
  writeFileSync(policy, 'quorum none\n');
  const mirrorHome = makeMirrorHome(hub.broker.home);
  const auditor = await start({ LIAISON_WITNESS_POLICY: policy });
  const env = {
    LIAISON_HOME: mirrorHome.root,
    LIAISON_MIRROR_OF: auditor.url,
    LIAISON_WITNESS_POLICY: policy,
  };
  for (let life = 0; life < 5; life += 1) {
    const mirror = await start(env);
    await publish(20 + 7 * life);
    await new Promise((resolve) => setTimeout(resolve, 150 * life));
    await mirror.kill();
    running.delete(mirror);
  }
  await sealed(published);
  const mirror = await start(env);
  await waitUntil(() => isReady(mirror));
  await stop(mirror);
  await stop(auditor);
  const [own, mirrored] = [
    await recordsIn(hub.broker.home.auditorData),
    await recordsIn(mirrorHome.auditorData),
  ];
  expect(own).toHaveLength(published);
  expect(mirrored).toEqual(own);
});

async function recordsIn(folder: string): Promise<readonly string[]> {
  const archive = await openArchive(folder);
  const found: string[] = [];
  for await (const { bytes, seq } of archive.read(1, 1e6))
    found.push(`${seq} ${Buffer.from(bytes).toString('base64')}`);
  await archive.close();
  return found;
}
