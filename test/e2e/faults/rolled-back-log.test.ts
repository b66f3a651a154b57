import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../../services/cli/status/read-status.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { type Checkpoint, parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { demoHome, removeHome, startFederation, type TestFederation } from '../../support/federation.js';
import { exampleDraft } from '../../support/notices.js';
import { until } from '../../support/until.js';

let home: Home;
let federation: TestFederation;
beforeAll(async () => {
  home = await demoHome();
  federation = await startFederation({ home });
}, 180_000);
afterAll(async () => {
  await federation?.close();
  removeHome(home);
});

const beside = (name: string): string => join(home.root, '..', name);
const checkpointIn = (note: string): Checkpoint => parseCheckpointText(parseNote(note).text);

async function submit(): Promise<void> {
  const file = beside('draft.json');
  writeFileSync(file, JSON.stringify(exampleDraft('red')));
  const done = await federation.cli('notice', 'submit', file, '--org', 'europol', '--wait', '--json');
  expect(done.code, done.stderr).toBe(0);
}

async function shownAt(path: string): Promise<Checkpoint | undefined> {
  const token = readFileSync(home.hub('auditor', 'federation.token'), 'utf8').trim();
  const response = await fetch(`${federation.run().auditor}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.ok ? checkpointIn(await response.text()) : undefined;
}

const untilQuorate = (after: number): Promise<Checkpoint> =>
  until(`a quorate checkpoint of more than ${after}`, async () => {
    const found = await shownAt('v1/checkpoint/quorate');
    return found !== undefined && found.size > after ? found : undefined;
  });

/** The sizes that the members' witnesses cosigned last. */
const cosignedSizes = (): readonly number[] =>
  federation.orgs.map((org) => {
    const { note } = JSON.parse(readFileSync(home.org(org as never, 'cosigned.json'), 'utf8'));
    return checkpointIn(note as string).size;
  });

async function alarms(): Promise<readonly string[]> {
  const { alarms: raised } = JSON.parse((await federation.cli('status', '--json')).stdout) as Status;
  return raised.map(({ alarm }) => alarm);
}

/** Stops everything, erases the disks of broker and auditor, and gives the auditor a copy of its disk if there is one. */
async function restartWith(copy: string | undefined): Promise<void> {
  await federation.stop();
  rmSync(home.nats('data'), { recursive: true });
  rmSync(home.auditorData, { recursive: true });
  if (copy !== undefined) cpSync(copy, home.auditorData, { recursive: true });
  federation = await startFederation({ home, words: ['--no-traffic', '--after-loss'] });
}

test('an auditor restored from an older backup, or without any, beside an erased broker signs nothing at sizes that were cosigned, raises an alarm, and continues once its newest disk is back', async () => {
  await submit();
  await untilQuorate(0);
  await federation.stop();
  cpSync(home.auditorData, beside('older'), { recursive: true });
  federation = await startFederation({ home });
  const older = await until('the checkpoint of the backup', () => shownAt('checkpoint'));
  await submit();
  const newest = await untilQuorate(older.size);
  await until('all members', () => cosignedSizes().every((size) => size >= newest.size));
  const before = cosignedSizes();

  await federation.stop();
  cpSync(home.auditorData, beside('newest'), { recursive: true });
  await restartWith(beside('older'));
  await until('the alarm', async () => (await alarms()).includes('ledger-rolled-back'));
  expect(await alarms()).toContain('log-forked');
  expect(readFileSync(home.log('auditor'), 'utf8')).toMatch(
    /the file has \d+ entries of the log, a witness cosigned a checkpoint of \d+/,
  );
  await submit();
  expect(await shownAt('checkpoint')).toEqual(older);
  expect(cosignedSizes()).toEqual(before);

  await restartWith(undefined);
  await until('the alarm', async () => (await alarms()).includes('ledger-rolled-back'));
  await submit();
  expect(await shownAt('checkpoint')).toMatchObject({ size: 0 });
  expect(cosignedSizes()).toEqual(before);

  await federation.stop();
  rmSync(home.auditorData, { recursive: true });
  cpSync(beside('newest'), home.auditorData, { recursive: true });
  federation = await startFederation({ home });
  await submit();
  await untilQuorate(Math.max(...before));
  expect(await alarms()).not.toContain('ledger-rolled-back');
}, 400_000);
