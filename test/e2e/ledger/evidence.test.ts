import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { Pack } from '../../../services/shared/verify/pack.js';
import type { Verification } from '../../../services/shared/verify/verify-evidence.js';
import { startFederation, type TestFederation } from '../../support/federation.js';
import { until } from '../../support/until.js';
import { exampleDraft } from '../../support/notices.js';

const HOLDER = 'interpol';
let federation: TestFederation;
let id: string;
/** A folder without a home, with the root's public key only. */
const folder = mkdtempSync(join(tmpdir(), 'liaison-evidence-'));

beforeAll(async () => {
  federation = await startFederation({});
  copyFileSync(federation.home.anchor, join(folder, 'root.pub.jwk'));
  const { header, sections } = exampleDraft('red');
  const draft = join(folder, 'draft.json');
  writeFileSync(draft, JSON.stringify({ header, sections }));
  const done = await federation.cli('notice', 'submit', draft, '--org', 'europol', '--wait', '90s', '--json');
  expect(done.code, done.stderr).toBe(0);
  id = String(done.records[0]?.['id']);
  rmSync(draft);
});

afterAll(async () => {
  await federation?.close();
  rmSync(folder, { recursive: true });
});

/** Writes a pack of a gateway into the folder. */
async function write(name: string, ...options: readonly string[]): Promise<Pack> {
  const out = join(folder, name);
  const done = await federation.cli('notice', 'evidence', id, ...options, '--out', out);
  expect(done.code, done.stderr).toBe(0);
  return JSON.parse(readFileSync(out, 'utf8')) as Pack;
}

/** Verifies a file in a process without a home, in the folder. */
async function verify(name: string, ...more: readonly string[]): Promise<Verification> {
  const program = join(projectRoot, 'dist/services/cli/main.js');
  const words = [program, 'verify', name, '--root', 'root.pub.jwk', '--json', ...more];
  const env = { PATH: process.env['PATH'], LIAISON_HOME: join(folder, 'no-home') };
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder, env }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return JSON.parse(stdout) as Verification;
}

const wrong = ({ lines }: Verification) => lines.filter(({ ok }) => ok === false);
const said = ({ lines }: Verification) =>
  lines.flatMap(({ ok, says }) => (ok === true ? [says] : [])).join('\n');

describe('an evidence pack of a running federation, verified in an empty folder with the root’s key', () => {
  test('of the originator proves what each recipient got and signed', async () => {
    const pack = await write('pack.json', '--org', 'europol');
    const verified = await verify('pack.json');
    expect(wrong(verified)).toEqual([]);
    const holders = new Set(pack.deliveries.map(({ recipient }) => recipient));
    expect(holders.size).toBeGreaterThan(2);
    for (const org of holders) expect(said(verified)).toMatch(new RegExp(`${org} signed held for ${id}`));
    expect(said(verified)).toContain(`exactly what the records leave of ${id}`);
  });

  test('proves that each of its records is on the log, under a checkpoint that a quorum of pinned witnesses cosigned', async () => {
    writeFileSync(join(folder, 'witnesses'), (await federation.cli('ledger', 'witnesses')).stdout);
    for (const options of [
      ['--org', 'europol'],
      ['--org', HOLDER, '--from', 'europol'],
    ]) {
      await until('proofs of all records', async () =>
        (await write('logged.json', ...options)).records.every(({ proof }) => proof !== null),
      );
      const verified = await verify('logged.json', '--require-log', '--witnesses', 'witnesses');
      expect(wrong(verified)).toEqual([]);
      expect(said(verified)).toMatch(
        /this record is on the log demo\/liaison\/1 at index \d+ of \d+, cosigned by /,
      );
    }
  }, 400_000);

  test('of a recipient, and of the originator about it, has neither a withheld section nor another recipient', async () => {
    const whole = await write('pack.json', '--org', 'europol');
    const others = whole.deliveries.map(({ recipient }) => recipient).filter((org) => org !== HOLDER);
    for (const [name, ...options] of [
      ['held.json', '--org', HOLDER, '--from', 'europol'],
      ['pair.json', '--org', 'europol', '--recipient', HOLDER],
    ] as const) {
      const pack = await write(name, ...options);
      const verified = await verify(name);
      expect(wrong(verified), name).toEqual([]);
      expect(said(verified)).toMatch(new RegExp(`${HOLDER} signed held for ${id}`));
      // The shown directory has the entries of these two members alone. The search below leaves it out, because the entry of
      // a member names the organisations with which it has agreements.
      expect(
        pack.directory.parts
          .map(ownerOf)
          .filter((owner) => owner !== undefined)
          .toSorted(),
      ).toEqual(['europol', HOLDER].toSorted());
      const text = opened({ ...pack, directory: { statement: '', parts: [] } });
      expect(
        others.filter((org) => text.includes(`"${org}"`) || text.includes(`${org}:`)),
        name,
      ).toEqual([]);
      const [given] = pack.notices;
      expect(given?.sdJwt?.split('~').length).toBeLessThan(whole.notices[0]?.sdJwt?.split('~').length ?? 0);
    }
  });

  test('after a restriction and a withdrawal proves both orders and their answers, and has no content any more', async () => {
    const order = async (verb: string, ...options: readonly string[]): Promise<void> => {
      const words = ['--org', 'europol', '--wait', '--timeout', '90s', ...options];
      const done = await federation.cli('notice', verb, id, ...words);
      expect(done.code, done.stderr).toBe(0);
    };
    await order('restrict', '--to', HOLDER, '--section', 'identity', '--reason', 'by-originator');
    await write('held.json', '--org', HOLDER, '--from', 'europol');
    const held = await verify('held.json');
    expect(wrong(held)).toEqual([]);
    expect(said(held)).toMatch(/europol signed restrict .* identity from interpol/);
    await order('withdraw', '--reason', 'issued-in-error');
    for (const [name, ...options] of [
      ['ended.json', '--org', 'europol'],
      ['ended-pair.json', '--org', 'europol', '--recipient', HOLDER],
    ] as const) {
      const pack = await write(name, ...options);
      expect(pack.notices).toMatchObject([{ sdJwt: null }]);
      const ended = await verify(name);
      expect(wrong(ended), name).toEqual([]);
      for (const [verb, type] of [
        ['restrict', 'destroyed'],
        ['withdraw', 'destroyed'],
      ])
        expect(said(ended)).toMatch(new RegExp(`${HOLDER} signed ${type} in answer to ${verb}`));
    }
  });

  test('with one altered character does not hold, and ends with exit code 1', async () => {
    const pack = await write('pack.json', '--org', 'europol');
    const [first, ...more] = pack.records;
    const altered = {
      ...first,
      statement: first?.statement.replace(/.$/, (sign) => (sign === 'A' ? 'Q' : 'A')),
    };
    writeFileSync(join(folder, 'altered.json'), JSON.stringify({ ...pack, records: [altered, ...more] }));
    const verified = await verify('altered.json');
    expect(verified.holds).toBe(false);
    expect(wrong(verified)[0]).toMatchObject({ where: 'records[0]' });
    const words = ['verify', join(folder, 'altered.json'), '--root', federation.home.anchor];
    const { code, stdout } = await federation.cli(...words);
    expect([code, stdout.split('\n')[0]]).toEqual([
      1,
      'believes the root: the holder of its key could have forged this',
    ]);
  });
});

test('a gateway of a federation that works has kept no statements that contradict each other', async () => {
  const listed = await federation.cli('evidence', 'list', '--org', 'europol', '--json');
  expect([listed.code, listed.records]).toEqual([0, []]);
  const shown = await federation.cli('evidence', 'show', 'nothing', '--org', 'europol', '--json');
  expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining('not-found')]);
});

/** The organisation that a part of the directory is about. */
const ownerOf = ({ part }: Pack['directory']['parts'][number]): string | undefined =>
  (JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as { readonly id?: string }).id;

/** A pack with everything that its tokens and parts hold. */
function opened(pack: Pack): string {
  const text = JSON.stringify(pack);
  return [
    text,
    ...(text.match(/[\w-]{20,}/g) ?? []).map((one) => Buffer.from(one, 'base64url').toString('latin1')),
  ].join('\n');
}
