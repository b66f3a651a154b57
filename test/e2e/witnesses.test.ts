import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../services/cli/status/read-status.js';
import { parseNote } from '../../services/shared/tlog/signed-note.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { until } from '../support/until.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ words: ['--rate', '60'] });
}, 120_000);
afterAll(() => federation.close());

test('a federation: a quorum of its gateways cosigns the log of the ledger, and raises no alarm about it', async () => {
  const { home, run, orgs, cli } = federation;
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
  const { alarms } = JSON.parse((await cli('status', '--json')).stdout) as Status;
  const raised = alarms.map(({ alarm }) => alarm);
  for (const alarm of ['log-forked', 'unwitnessed', 'witness-without-key'])
    expect(raised).not.toContain(alarm);
});
