import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Home } from '../../../services/shared/runtime/home.js';
import { type Checkpoint, parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { makeMirrorHome } from '../../auditor/mirror/mirror-home.js';
import { demoHome, removeHome, startFederation, type TestFederation } from '../../support/federation.js';
import { type ServiceProcess, startService } from '../../support/processes/service-process.js';
import { until } from '../../support/until.js';
import { raisedAlarms } from '../../support/observe/raised-alarms.js';
import { settleNotice } from './settle-notice.js';
import { cosignedCheckpoint, untilQuorate } from './shown-log.js';

let home: Home;
let federation: TestFederation;
let mirror: ServiceProcess;
beforeAll(async () => {
  home = await demoHome();
  federation = await startFederation({ home });
});
afterAll(async () => {
  await mirror?.kill();
  await federation?.close();
  removeHome(home);
});

const beside = (name: string): string => join(home.root, '..', name);
const submit = () => settleNotice(federation, { org: 'europol', kind: 'red' });
const cosignedBy = (org: string): Checkpoint => cosignedCheckpoint(home, org);

/** Runs the command line, which must succeed; resolves to its JSON. */
async function run(...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const done = await federation.cli(...words, '--json');
  expect(done.code, done.stderr).toBe(0);
  return JSON.parse(done.stdout);
}

/** Writes the evidence pack about a notice, again and again until every record in it is proved to be on the log. */
async function packOf(id: string, name: string): Promise<string> {
  const pack = beside(name);
  await until('the pack to verify', async () => {
    rmSync(pack, { force: true });
    const written = await federation.cli('notice', 'evidence', id, '--org', 'europol', '--out', pack);
    return written.code === 0 && (await verify(pack)).holds;
  });
  return pack;
}

async function verify(pack: string): Promise<{ readonly holds: boolean; readonly says: string }> {
  const policy = beside('witnesses.policy');
  writeFileSync(policy, (await federation.cli('ledger', 'witnesses')).stdout);
  const words = ['--root', home.anchor, '--witnesses', policy, '--require-log', '--json'];
  const { stdout } = await federation.cli('verify', pack, ...words);
  const { holds, lines } = JSON.parse(stdout) as { holds: boolean; lines: readonly { says: string }[] };
  return { holds, says: lines.map(({ says }) => says).join('\n') };
}

/** Starts a mirror of the log of the federation, which admits the callers of its auditor. */
async function startMirror(): Promise<ServiceProcess> {
  const { root, hub } = makeMirrorHome(home);
  cpSync(home.hub('auditor', 'tokens.json'), hub('auditor', 'tokens.json'));
  const env = {
    LIAISON_HOME: root,
    LIAISON_MIRROR_OF: federation.run().auditor,
    LIAISON_LOG_LEVEL: 'silent',
  };
  return startService('auditor', { home, url: '' }, { env, heapMiB: 256 });
}

/** The checkpoint that the mirror has under a path, once it has more than `after` entries. */
function mirrored(path: string, after: number): Promise<Checkpoint> {
  const authorization = `Bearer ${readSecret(home.hub('auditor', 'federation.token'))}`;
  return until(`more than ${after} entries at the mirror`, async () => {
    const answer = await fetch(`${mirror.url}/${path}`, { headers: { authorization } });
    const found = answer.ok ? parseCheckpointText(parseNote(await answer.text()).text) : undefined;
    return found !== undefined && found.size > after ? found : undefined;
  });
}

test('after the broker was erased and the auditor’s disk restored from an older backup, the order of two operators begins the next life of the log: notices flow, packs from before and after verify, and a mirror has both lives', async () => {
  await submit();
  await untilQuorate(federation, 1);
  const added = beside('second.jwk');
  await run('key', 'add-operator', '--person', 'B. Example', '--out', added);
  await federation.stop();
  cpSync(home.auditorData, beside('older'), { recursive: true });
  federation = await startFederation({ home });
  const older = await untilQuorate(federation, 1);
  const before = await packOf(await submit(), 'before.json');
  const lost = await untilQuorate(federation, 1, older.size);
  mirror = await startMirror();
  await mirrored('checkpoint', lost.size - 1);
  await until('all members', () => federation.orgs.every((org) => cosignedBy(org).size >= lost.size));
  expect((await federation.cli('ledger', 'recover', '--dry-run')).stderr).toContain('lacks no record');

  await federation.stop();
  rmSync(home.nats('data'), { recursive: true });
  rmSync(home.auditorData, { recursive: true });
  cpSync(beside('older'), home.auditorData, { recursive: true });
  federation = await startFederation({ home, words: ['--no-traffic', '--after-loss'] });
  await until('the alarm', async () => (await raisedAlarms(federation)).includes('ledger-rolled-back'));
  await expect
    .poll(async () => (await federation.cli('doctor')).stdout)
    .toContain('liaison ledger recover --dry-run');
  const largest = Math.max(...federation.orgs.map((org) => cosignedBy(org).size));
  const missing = await until('the largest checkpoint', async () => {
    const found = await run('ledger', 'recover', '--dry-run');
    return found['size'] === largest ? found : undefined;
  });
  expect(missing).toMatchObject({ origin: 'demo/liaison/1', size: largest, kept: expect.any(Number) });

  const { id: first } = await run('ledger', 'recover');
  const alone = await federation.cli('ledger', 'recover', '--first', String(first));
  expect([alone.code, alone.stdout]).toEqual([1, expect.stringContaining('second-person-needed')]);
  await run('ledger', 'recover', '--first', String(first), '--key', added);
  await untilQuorate(federation, 2);
  await until(
    'the end of the alarm',
    async () => !(await raisedAlarms(federation)).includes('ledger-rolled-back'),
  );
  await expect.poll(() => raisedAlarms(federation)).toContain('log-begun-anew');
  const after = await packOf(await submit(), 'after.json');
  expect((await verify(after)).says).toContain('this record is on the log demo/liaison/2 at index');
  expect(await verify(before)).toMatchObject({
    holds: true,
    says: expect.stringContaining('this record is on the log demo/liaison/1 at index'),
  });
  const next = await until('the next life at the mirror', async () => {
    const found = await mirrored('checkpoint', 0);
    return found.origin === 'demo/liaison/2' ? found : undefined;
  });
  expect((await mirrored('lives/1/checkpoint', lost.size - 1)).origin).toBe('demo/liaison/1');
  expect((await mirrored('lives/2/checkpoint', next.size - 1)).origin).toBe('demo/liaison/2');
  const folder = beside('export');
  await run('ledger', 'export', folder, '--full');
  await run('ledger', 'verify', folder, '--root', home.anchor);
  await until('every witness', () =>
    federation.orgs.every((org) => cosignedBy(org).origin === 'demo/liaison/2'),
  );
  await until('no missing record', async () => !(await raisedAlarms(federation)).includes('record-missing'));
}, 800_000);
