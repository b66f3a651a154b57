import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ShownLedger } from '../../../services/shared/wire/shown-ledger.js';
import { type Outcome, startFederation, type TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';

let federation: TestFederation;
beforeAll(async () => {
  federation = await startFederation({ words: ['--rate', '60'] });
});
afterAll(() => federation.close());

const run = (...words: readonly string[]): Promise<Outcome> => federation.cli('ledger', ...words);

/** The id of a notice that a report of an export is about. */
function noticeIn(records: string): string {
  const decoded = readFileSync(records, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from((JSON.parse(line) as { record: string }).record, 'base64url').toString());
  return /"type":"notice","jti":"([0-9a-f-]{36})\./.exec(decoded.join())?.[1] ?? 'none';
}

test('ledger: an export for the auditor and one for a member hold offline with the witnesses, one of its records is proved, and after one changed byte `verify` exits with 1', async () => {
  const place = mkdtempSync(join(tmpdir(), 'liaison-export-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  await until('a quorum over some records', async () => {
    const { log } = JSON.parse((await run('show', '--json')).stdout) as ShownLedger;
    return (log?.quorate ?? 0) > 20;
  });
  const policy = join(place, 'witness-policy');
  writeFileSync(policy, (await run('witnesses')).stdout);
  const trusted = ['--root', federation.home.anchor, '--witnesses', policy, '--json'];
  const verify = (folder: string) => run('verify', join(place, folder), ...trusted);
  for (const [name, ...whose] of [
    ['full', '--full'],
    ['own', '--own', 'europol'],
  ] as const) {
    const exported = await run('export', join(place, name), ...whose);
    expect(exported.code, exported.stderr).toBe(0);
    const verified = await verify(name);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toContain('the log signed the root for COSE receipts');
  }
  const records = join(place, 'full/records/000.ndjson');
  const id = noticeIn(records);
  const [out, statement] = [join(place, 'record.proof'), join(place, 'record.jws')];
  for (const [begin, ...how] of [
    ['d284', '--cose'],
    ['d284', '--cose', '--export', join(place, 'full')],
    ['6332', '--export', join(place, 'full')],
  ] as const) {
    const proved = await until('the proof of a record', async () => {
      const ran = await run('prove', id, '--out', out, '--statement', statement, ...how);
      return !ran.stderr.includes('[not-ready]') && ran;
    });
    expect(proved.code, proved.stderr).toBe(0);
    expect(readFileSync(out).subarray(0, 2).toString('hex')).toBe(begin);
    expect(readFileSync(statement, 'utf8')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  }
  const bytes = readFileSync(records);
  bytes[2_000] = bytes[2_000] === 65 ? 66 : 65;
  writeFileSync(records, bytes);
  const tampered = await verify('full');
  expect(tampered.code).toBe(1);
  expect(tampered.stdout).toMatch(/"code":"(record-flipped|salt-changed)"/);
}, 400_000);
