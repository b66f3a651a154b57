import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { factsOfDirectory, signHomeDirectory } from '../../../services/cli/init/home-directory.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { newEntry } from '../../../services/cli/init/key-entry.js';
import { revokeKey } from '../../../services/cli/key/key-revoke.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { generateKey, publicJwk } from '../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { refused } from '../../shared/trust/federation.js';

let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-sign-')));
  await initDemo(home);
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const now = new Date();
const say = (): void => undefined;
const renew = (): Promise<Directory> => signHomeDirectory(home, { now });
const list = async (kid: string): Promise<Directory> => {
  const added = [newEntry(publicJwk(await generateKey(kid)), { notBefore: now })];
  return signHomeDirectory(home, { now, added });
};

describe('the versions of a home', () => {
  test('of every day are signed with the directory key and rest on the last one of the root, also without its key', async () => {
    rmSync(home.rootKey);
    expect(await renew()).toMatchObject({ version: 2, signedBy: 'hub:directory:1', base: { version: 1 } });
    await revokeKey(home, 'europol:receipt:1', { now, say });
    const { version, base, key } = await renew();
    expect([version, base.version, key('europol:receipt:1')?.revokedAt]).toEqual([4, 1, expect.any(Date)]);
  });

  test('with a new key or other facts are signed with the root key, and not without it', async () => {
    await renew();
    expect(await list('europol:notice:2')).toMatchObject({ signedBy: 'root:root:1', base: { version: 3 } });
    const { federation, organisations } = factsOfDirectory(await readDirectory(home));
    const { europol } = organisations;
    const facts = {
      federation,
      organisations: { ...organisations, europol: { ...europol!, quotas: { perMinute: 1 } } },
    };
    expect((await signHomeDirectory(home, { now, facts })).signedBy).toBe('root:root:1');
    rmSync(home.rootKey);
    await refused(list('europol:notice:3'), 'forbidden');
    await refused(signHomeDirectory(home, { now, facts: { federation, organisations } }), 'forbidden');
    expect((await readDirectory(home)).version).toBe(4);
  });

  test('that revoke a directory key are signed with the root key, above all that the revoked key can have signed', async () => {
    const { version } = await renew();
    await revokeKey(home, 'hub:directory:1', { now, say });
    const revoking = await readDirectory(home);
    expect(revoking).toMatchObject({ signedBy: 'root:root:1', base: { version: revoking.version } });
    expect(revoking.version).toBeGreaterThan(version + 100_000);
  });

  test('are signed with the root key again once the directory key is revoked or has ended', async () => {
    const ended = new Date(now.getTime() + 3 * 365 * 86_400_000);
    expect((await signHomeDirectory(home, { now: ended })).signedBy).toBe('root:root:1');
    await revokeKey(home, 'hub:directory:1', { now, say });
    expect((await renew()).signedBy).toBe('root:root:1');
  });
});
