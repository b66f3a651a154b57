import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Home } from '../../../services/shared/runtime/home.js';
import { demoHome, removeHome, startFederation, type TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';
import { raisedAlarms } from '../../support/observe/raised-alarms.js';
import { untilArchived } from '../../support/observe/until-archived.js';
import { settleNotice } from './settle-notice.js';
import { cosignedCheckpoint, shownCheckpoint, storedCheckpoint, untilQuorate } from './shown-log.js';

let home: Home;
let federation: TestFederation;
beforeAll(async () => {
  home = await demoHome();
  federation = await startFederation({ home });
});
afterAll(async () => {
  await federation?.close();
  removeHome(home);
});

const beside = (name: string): string => join(home.root, '..', name);
const submit = () => settleNotice(federation, { org: 'europol', kind: 'red' });
const shownNow = () => shownCheckpoint(federation, 'checkpoint');

/** The sizes that the members' witnesses cosigned last. */
const cosignedSizes = (): readonly number[] =>
  federation.orgs.map((org) => cosignedCheckpoint(home, org).size);

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
  await untilQuorate(federation, 1);
  await federation.stop();
  cpSync(home.auditorData, beside('older'), { recursive: true });
  const older = storedCheckpoint(beside('older'));
  federation = await startFederation({ home });
  await submit();
  const newest = await untilQuorate(federation, 1, older.size);
  await until('all members', () => cosignedSizes().every((size) => size >= newest.size));
  // What only the broker has is lost with its disk.
  await untilArchived(federation);

  await federation.stop();
  const before = cosignedSizes();
  cpSync(home.auditorData, beside('newest'), { recursive: true });
  await restartWith(beside('older'));
  await until('the alarm', async () => (await raisedAlarms(federation)).includes('ledger-rolled-back'));
  await expect.poll(() => raisedAlarms(federation)).toContain('log-forked');
  await expect
    .poll(() => readFileSync(home.log('auditor'), 'utf8'))
    .toMatch(/the file has \d+ entries of the log, a witness cosigned a checkpoint of \d+/);
  await submit();
  expect(await shownNow()).toEqual(older);
  expect(cosignedSizes()).toEqual(before);

  await restartWith(undefined);
  await until('the alarm', async () => (await raisedAlarms(federation)).includes('ledger-rolled-back'));
  await submit();
  expect(await shownNow()).toMatchObject({ size: 0 });
  expect(cosignedSizes()).toEqual(before);

  await federation.stop();
  rmSync(home.auditorData, { recursive: true });
  cpSync(beside('newest'), home.auditorData, { recursive: true });
  federation = await startFederation({ home });
  await submit();
  await untilQuorate(federation, 1, Math.max(...before));
  expect(await raisedAlarms(federation)).not.toContain('ledger-rolled-back');
}, 600_000);
