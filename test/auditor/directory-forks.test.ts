import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LEDGER_OWNER } from '../../services/shared/ledger/command-content.js';
import { signDirectoryRecord } from '../../services/shared/ledger/directory/directory-record.js';
import { digest } from '../../services/shared/trust/digest.js';
import { readAnchor } from '../../services/shared/trust/read-directory.js';
import { verifyEvidence } from '../../services/shared/verify/verify-evidence.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from './hub.js';
import { newFolder } from './log/opened-log.js';
import { startPatchedAuditor } from './mirror/patched-auditor.js';
import { runMirror } from './mirror/run-mirror.js';

const FORKED = 'directory-forked statement-conflict';
let hub: Hub;
let auditor: RunningAuditor | undefined;
beforeEach(async () => {
  hub = await startHub();
});
afterEach(async () => {
  await auditor?.stop();
  auditor = undefined;
  await hub.close();
});

/** The record of a version of the directory, signed by the hub at some time. */
async function recordOf(version: number, of: string, at = new Date()): Promise<Uint8Array> {
  const part = { type: 'directory', version, digest: digest(of), policy: digest('policy') } as const;
  const recording = { signer: hub.signers.hub, federation: 'demo', now: at };
  return (await signDirectoryRecord(part, recording)).bytes;
}

/** The convictions in a folder of an auditor: each one's verdict, by the root's key alone. */
async function verdictsIn(data: string): Promise<readonly unknown[]> {
  const folder = join(data, 'log', 'forks');
  const root = readAnchor(hub.broker.home);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const read = await Promise.all(files.map((file) => verifyEvidence(file, { root, now: new Date() })));
  return read.map(({ holds, lines }) => [holds, lines.at(-1)?.says]);
}

const CONVICTED = [
  [true, 'the hub is convicted (directory-forked): it recorded two directories of version 2'],
];

describe('two records that name different directories of one version', () => {
  test('convict the hub at the auditor, which archives both and what follows, and again when it starts', async () => {
    await hub.publish(LEDGER_OWNER, await recordOf(2, 'for all'));
    auditor = await hub.audit();
    await auditor.until((archive) => archive.count() === 1);
    await hub.publish(LEDGER_OWNER, await recordOf(2, 'for one member'));
    await hub.publish('interpol', await hub.report('interpol', [noticePart(1)]));
    await waitUntil(() => auditor?.alarms().includes(FORKED) ?? false);
    await auditor.until((archive) => archive.count() === 3);
    expect(auditor.reasons()).toEqual([]);
    expect(await verdictsIn(hub.broker.home.auditorData)).toEqual(CONVICTED);
    await auditor.stop();
    auditor = await hub.audit();
    await waitUntil(() => auditor?.alarms().includes(FORKED) ?? false);
    expect(await verdictsIn(hub.broker.home.auditorData)).toEqual(CONVICTED);
  });

  test('convict the hub at a mirror', async () => {
    const bytes = [await recordOf(2, 'for all'), await recordOf(2, 'for one member')];
    const subject = `ledger.${LEDGER_OWNER}`;
    const entries = bytes.map((one, at) => ({ epoch: 'e', seq: at + 1, subject, bytes: one }));
    const patched = await startPatchedAuditor(hub, { listed: entries, logged: entries });
    onTestFinished(() => patched.close());
    const mirror = await runMirror(hub, { folder: newFolder(), url: patched.url });
    await waitUntil(() => mirror.alarms().includes(FORKED));
    expect([mirror.archive.count(), mirror.reasons()]).toEqual([2, []]);
    expect(await verdictsIn(mirror.folder)).toEqual(CONVICTED);
  });

  test('are none where the hub recorded one directory twice, or those of two versions', async () => {
    await hub.publish(LEDGER_OWNER, await recordOf(1, 'one'));
    await hub.publish(LEDGER_OWNER, await recordOf(1, 'one', new Date(Date.now() + 1_000)));
    await hub.publish(LEDGER_OWNER, await recordOf(2, 'two'));
    auditor = await hub.audit();
    await waitUntil(() => (auditor?.heartbeat()?.seq ?? 0) >= 3);
    expect([auditor.archive.count(), auditor.alarms()]).toEqual([3, []]);
  });
});
