import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Home } from '../../../services/shared/runtime/home.js';
import {
  demoHome,
  type Json,
  removeHome,
  startFederation,
  type TestFederation,
} from '../../support/federation.js';
import { lifeSystems } from '../../support/lives/own-life.js';
import { until } from '../../support/until.js';
import { settleNotice } from './settle-notice.js';

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

const ORIGINATOR = 'interpol';
const database = (): string => home.org(ORIGINATOR as never, 'gateway.db');

/** Submits a notice that every other organisation gets, and waits for their receipts. */
const submit = () => settleNotice(federation, { org: ORIGINATOR, kind: 'un-special' });

test('a gateway whose database is replaced by an older copy withdraws a notice that it no longer has, and every holder signs that it destroyed it', async () => {
  const kept = await submit();
  await federation.stop();
  const backup = join(home.root, '..', 'backup.db');
  copyFileSync(database(), backup);
  federation = await startFederation({ home });
  const lost = await submit();
  await federation.stop();
  for (const end of ['-wal', '-shm']) rmSync(`${database()}${end}`, { force: true });
  copyFileSync(backup, database());
  federation = await startFederation({ home });
  const others = federation.orgs.filter((org) => org !== ORIGINATOR);
  const show = async (id: string): Promise<Json> => {
    const { records } = await federation.cli('notice', 'show', id, '--org', ORIGINATOR, '--json');
    return records[0] ?? {};
  };
  const shown = await until('the lost notice', async () => {
    const found = await show(lost);
    return found['state'] === 'lost' ? found : undefined;
  });
  expect(shown).toMatchObject({ kind: 'un-special', header: null, lostRecipients: others.toSorted() });
  const about = (verb: string): readonly string[] => ['notice', verb, lost, '--org', ORIGINATOR, '--json'];
  const section = ['--section', 'judicial', '--to', 'europol'];
  const refused = await federation.cli(...about('unseal'), ...section);
  expect([refused.code, JSON.parse(refused.stderr)]).toMatchObject([2, { code: 'content-lost' }]);
  const withdrawn = await federation.cli(
    ...about('withdraw'),
    '--reason',
    'basis-gone',
    '--wait',
    '--timeout',
    '90s',
  );
  expect(withdrawn.code, withdrawn.stderr).toBe(0);
  const answers = withdrawn.records[0]?.['answers'] as readonly Json[];
  expect(answers.map(({ org, type }) => `${String(org)} ${String(type)}`).toSorted()).toEqual(
    others.map((org) => `${org} destroyed`).toSorted(),
  );
  const systems = lifeSystems(federation);
  for (const org of others) {
    expect(await systems.get(org)!.get(`/v1/inbox/${ORIGINATOR}/${lost}`)).toBeUndefined();
    expect(await systems.get(org)!.get(`/v1/inbox/${ORIGINATOR}/${kept}`)).toBeDefined();
  }
  expect((await show(kept))['state']).toBe('settled');
}, 600_000);
