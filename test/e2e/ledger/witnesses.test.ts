import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import type { ShownLedger } from '../../../services/shared/wire/shown-ledger.js';
import { startC2spWitness } from '../../support/log/c2sp-witness.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';
import { raisedAlarms } from '../../support/observe/raised-alarms.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ words: ['--rate', '60'] });
});
afterAll(() => federation.close());

test('a federation: a quorum of its gateways cosigns the log of the ledger, and raises no alarm about it', async () => {
  const { home, run, orgs } = federation;
  const token = readFileSync(home.hub('auditor', 'federation.token'), 'utf8').trim();
  const note = await until('a quorate checkpoint', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${run().auditor}/v1/checkpoint/quorate`, { headers });
    return response.ok && response.text();
  });
  const { text, signatures } = parseNote(note);
  expect(text.split('\n')[0]).toBe('demo/liaison/1');
  const names = signatures.slice(1).map(({ name }) => name);
  expect(names.length).toBeGreaterThan((2 * orgs.length) / 3);
  expect(names.filter((name) => !orgs.some((org) => name === `demo/${org}`))).toEqual([]);
  const raised = await raisedAlarms(federation);
  for (const alarm of ['log-forked', 'unwitnessed', 'witness-without-key'])
    expect(raised).not.toContain(alarm);
});

/** Five of the seven members. */
const named = (): readonly string[] => federation.orgs.toSorted().slice(0, 5);

test('a federation: each gateway proves the version of the directory that names the witnesses, and goes by these', async () => {
  const { home, cli } = federation;
  const orgs = federation.orgs.map(parseOrgId);
  const file = join(home.root, '..', 'witnesses.json');
  await cli('witnesses', 'propose', ...named(), '--out', file);
  for (const org of orgs.slice(0, 5)) await cli('witnesses', 'approve', file, '--key', home.approver(org, 1));
  expect(await cli('witnesses', 'adopt', file)).toMatchObject({ code: 0 });
  const frame = readFileSync(home.directory);
  const isProved = (org: OrgId): boolean =>
    readFileSync(join(home.org(org), 'directory-proved.frame')).equals(frame);
  await until('each gateway', () => orgs.every(isProved));
  expect((await cli('ledger', 'witnesses')).stdout).toContain('group Members 4 ');
  expect(await raisedAlarms(federation)).not.toContain('record-missing');
});

test('a federation: with a pinned policy, a witness of another implementation is part of the quorum', async () => {
  const { home, cli, stop } = federation;
  await stop();
  const { stdout: members } = await cli('ledger', 'witnesses');
  const [, logVkey = ''] = /^log (.*)$/m.exec(members) ?? [];
  const outside = await startC2spWitness('outside.example', logVkey);
  onTestFinished(() => outside.stop());
  const file = join(home.root, '..', 'witnesses.policy');
  const added = `witness outside ${outside.vkey} ${outside.url()}\ngroup Both all Members outside\nquorum Both\n`;
  writeFileSync(file, members.replace(/^quorum .*\n/m, added));
  const env = { LIAISON_WITNESS_POLICY: file };
  const again = await startFederation({ home, env, words: ['--rate', '60'] });
  onTestFinished(() => again.close());
  let byOutside = 0;
  const shown = await until(
    'a quorum over what the outside witness cosigned',
    async () => {
      const { log } = JSON.parse((await again.cli('ledger', 'show', '--json')).stdout) as ShownLedger;
      byOutside ||= log?.witnesses.find(({ name }) => name === 'outside')?.size ?? 0;
      return byOutside > 0 && (log?.quorate ?? 0) >= byOutside && log;
    },
    120_000,
  );
  expect(shown?.witnesses).toHaveLength(named().length + 1);
  expect((await again.cli('status', '--json')).stdout).not.toMatch(/log-forked|witness-not-cosigning/);
  await outside.stop();
  await until(
    'the alarm of a gateway',
    async () => (await again.cli('status', '--json')).stdout.includes('"unwitnessed"'),
    120_000,
  );
}, 600_000);
