import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { federationOf } from '../../support/broker.js';
import { type Ran, runLine } from '../policy/run-line.js';

const ORGS = ['afripol', 'ameripol', 'europol', 'gccpol', 'interpol'];
const FOUR = ['europol', 'afripol', 'gccpol', 'ameripol'];
let folder: string;
let home: Home;
const beside = (name: string): string => join(folder, name);
const PROPOSAL = 'witnesses.json';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-witnesses-'));
  home = homeAt(join(folder, 'home'));
  await initDemo(home, { facts: federationOf(ORGS) });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: readonly string[]): Promise<Ran> => runLine(words, { home });
const propose = (...members: readonly string[]): Promise<Ran> =>
  run('witnesses', 'propose', ...members, '--out', beside(PROPOSAL));
const approve = (org: string, { file = PROPOSAL, number = 1 } = {}): Promise<Ran> =>
  run('witnesses', 'approve', beside(file), '--key', home.approver(parseOrgId(org), number));
const adopt = (...files: readonly string[]): Promise<Ran> =>
  run('witnesses', 'adopt', ...files.map(beside), '--root-request', beside('root-request.json'));
const listed = async () => (await readDirectory(home)).witnesses;

describe('liaison witnesses', () => {
  test('lists proposed witnesses once more than two thirds of the present ones approved', async () => {
    const proposed = await propose(...FOUR);
    expect(proposed).toMatchObject({ code: 0, stderr: '' });
    expect(proposed.stdout).toContain('witness list 1: afripol ameripol europol gccpol');
    expect(proposed.stdout).toContain(
      'approvers of 4 of these 5 members must sign it: afripol ameripol europol gccpol interpol',
    );
    for (const org of ['europol', 'interpol', 'ameripol'])
      expect(await approve(org)).toMatchObject({ code: 0 });
    const lacking = await adopt(PROPOSAL);
    expect(lacking).toMatchObject({ code: 1, stdout: '' });
    expect(lacking.stderr).toContain(
      '[not-approved] 4 of 5 witnesses must approve it, and 3 did: ameripol europol interpol',
    );
    expect(await listed()).toBeUndefined();
    await approve('gccpol');
    expect(await adopt(PROPOSAL)).toMatchObject({ code: 0 });
    expect(await listed()).toMatchObject({ number: 1, members: [...FOUR].toSorted() });
    expect((await run('witnesses', 'propose')).stdout).toContain('list 1: afripol ameripol europol gccpol');
    const policy = (await run('ledger', 'witnesses')).stdout;
    expect(policy).toContain('group Members 3 ');
  });

  test('takes approvals from copies of the proposal, one of each member', async () => {
    await propose(...FOUR);
    for (const org of ['afripol', 'ameripol', 'gccpol', 'interpol']) {
      copyFileSync(beside(PROPOSAL), beside(`${org}.json`));
      await approve(org, { file: `${org}.json` });
    }
    await approve('interpol', { file: 'interpol.json', number: 2 });
    expect(JSON.parse(readFileSync(beside('interpol.json'), 'utf8'))).toMatchObject({
      list: { approvals: [expect.any(String)] },
    });
    expect((await adopt('afripol.json', 'interpol.json', 'ameripol.json')).code).toBe(1);
    expect((await adopt('afripol.json', 'interpol.json', 'ameripol.json', 'gccpol.json')).code).toBe(0);
    expect((await listed())?.approvals).toHaveLength(4);
    const again = await adopt('afripol.json');
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('it is list 1, and the next one is 2: propose it again');
  });

  test('keeps the list in later versions of the directory', async () => {
    await propose(...FOUR);
    for (const org of ['afripol', 'ameripol', 'gccpol', 'interpol']) await approve(org);
    await adopt(PROPOSAL);
    const before = await listed();
    const suspended = await run('org', 'suspend', 'europol', '--reason', 'a trial');
    expect(suspended.stderr).toContain('`europol` is named as a witness: it does not cosign now');
    expect(await listed()).toEqual(before);
  });

  test.each([
    [
      'no member',
      ['europol', 'afripol', 'gccpol', 'intrpol'],
      '`intrpol` is not a member, did you mean `interpol`',
    ],
    ['too few', ['europol', 'afripol', 'gccpol'], '3 witnesses: expected 4 to 15'],
  ])('refuses to propose %s', async (_, members, words) => {
    expect(await propose(...members)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
    expect(existsSync(beside(PROPOSAL))).toBe(false);
  });

  test('refuses the key of another use, and a file that was changed', async () => {
    await propose(...FOUR);
    const words = ['witnesses', 'approve', beside(PROPOSAL), '--key'];
    const notice = join(home.org(parseOrgId('europol')), 'notice.jwk');
    expect((await run(...words, notice)).stderr).toContain('is for `notice`, not for `approver`');
    for (const org of ['afripol', 'ameripol', 'gccpol', 'interpol']) await approve(org);
    const text = readFileSync(beside(PROPOSAL), 'utf8');
    writeFileSync(beside(PROPOSAL), text.replace('"gccpol"', '"interpol"'));
    const changed = await adopt(PROPOSAL);
    expect(changed).toMatchObject({ code: 1 });
    expect(changed.stderr).toContain('`afripol:approver:1` approved another list');
  });

  test('asks the holder of the root key, where that is elsewhere', async () => {
    renameSync(home.rootKey, beside('root.jwk'));
    await propose(...FOUR);
    for (const org of ['afripol', 'ameripol', 'gccpol', 'interpol']) await approve(org);
    expect(await adopt(PROPOSAL)).toMatchObject({ code: 1 });
    expect(await listed()).toBeUndefined();
    const options = ['--root', beside('root.jwk'), '--yes', '--out', beside('root-answer.json')];
    const signed = await run('root', 'sign', beside('root-request.json'), ...options);
    expect(signed).toMatchObject({ code: 0 });
    expect(signed.stderr).toContain(
      'witnesses: {"number":1,"members":["afripol","ameripol","europol","gccpol"]}',
    );
    const accepted = await run('root', 'accept', beside('root-answer.json'));
    expect(accepted.stdout).toContain('lists witnesses afripol ameripol europol gccpol');
    expect(await listed()).toMatchObject({ number: 1 });
  });
});
