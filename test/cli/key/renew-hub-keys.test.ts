import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { revokeKey } from '../../../services/cli/key/key-revoke.js';
import { keyFilesFor, kidInFile } from '../../../services/cli/key/local-keys.js';
import { renewHubKeys } from '../../../services/cli/key/renew-hub-keys.js';
import { lockDirectory } from '../../../services/cli/up/lock.js';
import { signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { writeSecretJson } from '../../../services/cli/init/secrets.js';
import { renewalRound } from '../up/renewal-round.js';

const DAY_MS = 86_400_000;
/** Long ago: a key that is listed at one of the times below signs at once. */
const MADE = new Date('2024-01-01T00:00:00Z');
const USES = ['hub', 'audit', 'log', 'operator', 'directory'] as const;
let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-renew-hub-')));
  await initDemo(home, { now: MADE });
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** Looks once, this many days after the keys were made, which are valid for 730; returns what was said. */
const lookAfter = (days: number, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> =>
  renewalRound((params) => renewHubKeys(home, { ...params, env }), new Date(MADE.getTime() + days * DAY_MS));
const splitName = (name: string): [string, string] => name.split(':') as [string, string];
async function kidOf(owner: string, use: string): Promise<string | undefined> {
  const files = keyFilesFor(home, await readDirectory(home));
  return kidInFile(files.find((file) => file.owner === owner && file.use === use)!.path);
}
const kids = (): Promise<readonly (string | undefined)[]> =>
  Promise.all(USES.map((use) => kidOf('hub', use)));

describe('the keys of a hub', () => {
  test('are renewed one at a time when a third of their life is left, also that of the operator in this home, not those of members', async () => {
    expect(await lookAfter(485)).toEqual([]);
    expect(await kids()).toEqual(USES.map((use) => `hub:${use}:1`));
    for (const [renewed, use] of USES.entries()) {
      expect(await lookAfter(487)).toEqual([expect.stringContaining(`hub:${use}:2 signs now`)]);
      const expected = USES.map((one, at) => `hub:${one}:${at <= renewed ? 2 : 1}`);
      expect(await kids()).toEqual(expected);
    }
    const { key } = await readDirectory(home);
    expect(key('hub:audit:2')?.notAfter).toEqual(new Date(MADE.getTime() + (487 + 730) * DAY_MS));
    expect(await lookAfter(487)).toEqual([]);
    expect(key('hub:operator:2')).toMatchObject({ person: key('hub:operator:1')?.person });
    const others = ['europol:notice', 'europol:approver'];
    for (const name of others) expect(await kidOf(...splitName(name))).toBe(`${name}:1`);
  });

  test('are renewed without that of the log where a witness policy is set, which may name the log by its key', async () => {
    const env = { LIAISON_WITNESS_POLICY: 'witnesses.policy' };
    for (const _ of USES.slice(1)) expect(await lookAfter(487, env)).toHaveLength(1);
    expect(await lookAfter(487, env)).toEqual([]);
    expect(await kids()).toEqual(USES.map((use) => `hub:${use}:${use === 'log' ? 1 : 2}`));
  });

  test('wait while another process signs, and the reason is said', async () => {
    const lock = lockDirectory(home);
    expect(await lookAfter(487)).toEqual([expect.stringContaining('a key of the hub cannot be renewed')]);
    lock.release();
    expect(await lookAfter(487)).toHaveLength(1);
    expect(await kidOf('hub', 'hub')).toBe('hub:hub:2');
  });

  test('that are revoked are left to a person', async () => {
    const now = new Date(MADE.getTime() + 487 * DAY_MS);
    await revokeKey(home, 'hub:hub:1', { now, say: () => undefined });
    expect(await lookAfter(487)).toEqual([expect.stringContaining('hub:audit:2 signs now')]);
    expect(await kidOf('hub', 'hub')).toBe('hub:hub:1');
  });

  test('are not renewed while the root key is elsewhere', async () => {
    rmSync(home.rootKey);
    expect(await lookAfter(487)).toEqual([]);
    expect(await kids()).toEqual(USES.map((use) => `hub:${use}:1`));
  });

  test('are replaced, without the root key, by next ones that are listed', async () => {
    const key = await generateKey('hub:audit:2');
    writeSecretJson(nextKeyOf(home.hub('auditor', 'audit.jwk')), key);
    await signHomeDirectory(home, { now: MADE, added: [newEntry(publicJwk(key), { notBefore: MADE })] });
    rmSync(home.rootKey);
    expect((await lookAfter(1)).at(-1)).toContain('hub:audit:2 signs now');
    expect([await kidOf('hub', 'audit'), await lookAfter(1)]).toEqual(['hub:audit:2', []]);
  });

  test('replace a next key that an interrupted call had not listed', async () => {
    const next = nextKeyOf(home.router(1, 'hub.jwk'));
    writeSecretJson(next, await generateKey('hub:hub:2'));
    await lookAfter(487);
    expect(existsSync(next)).toBe(false);
    expect(await kidOf('hub', 'hub')).toBe('hub:hub:2');
  });
});
