import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { pendingRequestsOf } from '../../../services/cli/key/local-keys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { askForNextKey, readHeldKey } from '../../../services/shared/trust/directory/ask-for-keys.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { federationOf } from '../../support/broker.js';
import { runLine } from '../policy/run-line.js';

const EUROPOL = parseOrgId('europol');
const WRONG = 'legal winner thank year wave sausage worth useful';
let home: Home;
beforeAll(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-org-keys-')));
  await initDemo(home, { facts: federationOf(['europol', 'afripol']) });
});
afterAll(() => rmSync(home.root, { recursive: true, force: true }));

/** Keeps a request for the next policy key, signed by an approver, as a router does. */
async function keepRequest(): Promise<void> {
  const directory = await readDirectory(home);
  const asking = { folder: home.org(EUROPOL), org: EUROPOL, directory, now: new Date() };
  const approver = readHeldKey(home.approver(EUROPOL, 1));
  const text = await askForNextKey('policy', {
    ...asking,
    approvers: approver === undefined ? [] : [approver],
  });
  pendingRequestsOf(home).put(await openKeyRequest(text, { directory, now: new Date() }));
}
const orgKeys = (...words: readonly string[]) => runLine(['org', 'keys', ...words, '--json'], { home });
/** The requests that wait. */
const waiting = async (): Promise<readonly Record<string, unknown>[]> => {
  const lines = (await orgKeys()).stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};
const isListed = async (): Promise<boolean> =>
  (await readDirectory(home)).key('europol:policy:2') !== undefined;

describe('org keys', () => {
  test('shows what waits with its words, and removes what a person refuses', async () => {
    await keepRequest();
    expect(await waiting()).toEqual([
      expect.objectContaining({ org: 'europol', granting: 'person', code: null, words: expect.any(String) }),
    ]);
    expect((await orgKeys('refuse', 'europol:policy:2')).code).toBe(0);
    expect([await waiting(), await isListed()]).toEqual([[], false]);
  });

  test('grants a policy key only with the words of the request', async () => {
    await keepRequest();
    const words = String((await waiting())[0]?.['words']);
    const wrong = await orgKeys('approve', 'europol:policy:2', '--words', WRONG);
    expect([wrong.code === 0, wrong.stderr.includes('digest-mismatch'), await isListed()]).toEqual([
      false,
      true,
      false,
    ]);
    const right = await orgKeys('approve', 'europol:policy:2', '--words', words.toUpperCase());
    expect({ code: right.code, stderr: right.stderr }).toMatchObject({ code: 0 });
    expect([await isListed(), await waiting()]).toEqual([true, []]);
  });
});
