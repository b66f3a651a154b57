import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Claim } from '../../../services/shared/verify/claims.js';
import {
  freshHome,
  type Json,
  liaison,
  startFederation,
  type TestFederation,
} from '../../support/federation.js';
import { exampleDraft, type LocalSystem, localSystems } from '../../support/notices.js';
import { until } from '../../support/until.js';
import { type Lie, type LyingBuild, lyingBuild } from './lying-build.js';

const [ORIGINATOR, OTHER, RECIPIENT] = ['europol', 'afripol', 'interpol'];
/** The deadline of receipts, and how often the gateways look for overdue ones. */
const [DEADLINE_S, SWEEP_S] = [4, 1];
/** What a busy machine may take, beyond a deadline where there is one. */
const AT_ONCE_MS = 90_000;
const OVERDUE_MS = (DEADLINE_S + SWEEP_S) * 1_000 + AT_ONCE_MS;

const folder = mkdtempSync(join(tmpdir(), 'liaison-lies-'));
let build: LyingBuild;
let federation: TestFederation;
let systems: readonly LocalSystem[];

beforeAll(async () => {
  build = lyingBuild(RECIPIENT);
  const env = { LIAISON_DEADLINE_SECONDS: `${DEADLINE_S}`, LIAISON_SWEEP_SECONDS: `${SWEEP_S}` };
  federation = await startFederation({ build: build.folder, env });
  systems = localSystems(federation);
  // The record that a router names for a delivery of another originator.
  await systemOf(OTHER).settled(await submit(OTHER));
});
afterAll(async () => {
  await federation?.close();
  for (const path of [build.folder, folder]) rmSync(path, { recursive: true, force: true });
});

const systemOf = (org: string) =>
  systems.find((one) => one.org === org) ?? expect.fail(`no gateway of ${org}`);
const submit = (org = ORIGINATOR): Promise<string> => systemOf(org).submit(exampleDraft('red'));
/** How often an organisation's gateway raised an alarm. */
async function countOf(org: string, name: string): Promise<number> {
  const { records } = await federation.cli('status', '--json');
  const alarms = records[0]?.['alarms'] as readonly Json[];
  const found = alarms.find(({ process, alarm }) => process === `gateway-${org}` && alarm === name);
  return Number(found?.['count'] ?? 0);
}

/** Verifies a file without the home of the federation, with nothing but the root's key. */
async function verdictOn(file: string): Promise<readonly Claim[]> {
  const words = ['verify', file, '--root', federation.home.anchor, '--json'];
  const { records } = await liaison(freshHome(), words);
  return (records[0]?.['lines'] ?? []) as readonly Claim[];
}

/** The files that convicted in earlier rows. */
const earlier = new Set<string>();

/** The newest evidence that an organisation kept with this alarm, in a file; none of an earlier row. */
async function keptBy(org: string, alarm: string): Promise<string> {
  const listed = await federation.cli('evidence', 'list', '--org', org, '--json');
  const fileOf = ({ id }: Json): string => join(folder, `${org}-${String(id)}.json`);
  const found = listed.records.findLast((one) => one['what'] === alarm && !earlier.has(fileOf(one)));
  const out = fileOf(found ?? {});
  if (found) await federation.cli('evidence', 'show', String(found['id']), '--org', org, '--out', out);
  return out;
}

/** The pack of the originator, in a file; with more words another file about its notice. */
async function packOf(id: string, ...more: readonly string[]): Promise<string> {
  const out = join(folder, `${id}.json`);
  await federation.cli('notice', 'evidence', id, '--org', ORIGINATOR, '--out', out, ...more);
  return out;
}

interface Row {
  readonly lie: Lie;
  readonly alarm: string;
  readonly at: string;
  readonly withinMs: number;
  readonly file: (id: string) => Promise<string>;
  /** A line of `verify`. */
  readonly line: object;
}

const convicts = (accused: string, what: string) => ({
  claim: 'conviction',
  ok: true,
  says: expect.stringMatching(`^${accused} is convicted \\(${what}\\): `),
});
const overdue = {
  alarm: 'receipt-overdue',
  at: ORIGINATOR,
  withinMs: OVERDUE_MS,
  file: (id: string) => packOf(id, '--recipient', RECIPIENT, '--owed'),
  line: {
    claim: 'claim',
    ok: null,
    says: expect.stringMatching(`^${ORIGINATOR} says that ${RECIPIENT} owes it the receipt .* since 20`),
  },
};
const misreported = {
  alarm: 'report-contradicts-notice',
  at: ORIGINATOR,
  withinMs: AT_ONCE_MS,
  file: packOf,
  line: {
    claim: 'share',
    ok: false,
    detail: expect.stringMatching(/^hub is convicted \(report-contradicts-notice\): /),
  },
};
const refused = {
  alarm: 'delivery-contradicts-record',
  at: RECIPIENT,
  withinMs: AT_ONCE_MS,
  file: () => keptBy(RECIPIENT, 'delivery-contradicts-record'),
  line: convicts('hub', 'delivery-contradicts-record'),
};

describe('a router that lies to one recipient', () => {
  test('and holds a delivery back is named at the originator while the receipt is overdue, by a claim that it is owed', async () => {
    const id = await expectNamed({ lie: 'held-back', ...overdue });
    await systemOf(ORIGINATOR).settled(id);
    await until('the alarm to end', async () => (await countOf(ORIGINATOR, overdue.alarm)) === 0);
  }, 400_000);

  test.each<readonly [string, Row]>([
    ['drops a delivery', { lie: 'dropped', ...overdue }],
    ['delivers a section less than it recorded', { lie: 'less', ...refused }],
    ['delivers under the record on a notice of another originator', { lie: 'other-record', ...refused }],
    ['records the digest of other sections than it names', { lie: 'other-digest', ...misreported }],
  ])(
    'and %s is named by an alarm in time, and by a file that verifies offline',
    async (_, row) => {
      await expectNamed(row);
    },
    300_000,
  );
});

test('a recipient that signs a receipt for another delivery is named by an alarm at the originator in time, and by a file that convicts it offline', async () => {
  await expectNamed({
    lie: 'other-receipt',
    alarm: 'delivery-differs',
    at: ORIGINATOR,
    withinMs: AT_ONCE_MS,
    file: () => keptBy(ORIGINATOR, 'delivery-differs'),
    line: convicts(RECIPIENT, 'delivery-differs'),
  });
}, 300_000);

/** Lies about a notice until the alarm is there and the file has the line; resolves with the id of the notice. */
async function expectNamed({ lie, alarm, at, withinMs, file, line }: Row): Promise<string> {
  const before = await countOf(at, alarm);
  build.tell(lie);
  const id = await submit();
  await until(`\`${alarm}\` at ${at}`, async () => (await countOf(at, alarm)) > before, withinMs);
  let out = '';
  const verdict = async (): Promise<readonly Claim[]> => {
    out = await file(id);
    return verdictOn(out);
  };
  await expect.poll(verdict).toContainEqual(expect.objectContaining(line));
  earlier.add(out);
  build.tell();
  return id;
}
