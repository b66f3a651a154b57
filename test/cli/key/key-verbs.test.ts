import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { localKeys, keyFilesFor } from '../../../services/cli/key/local-keys.js';
import { revokeKey } from '../../../services/cli/key/key-revoke.js';
import type { Rotated } from '../../../services/cli/key/change-over.js';
import { rotateKey } from '../../../services/cli/key/key-rotate.js';
import { lockDirectory } from '../../../services/cli/up/lock.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { homeAt, type Home } from '../../../services/shared/runtime/home.js';
import { parsePrivateJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { nextKeyOf } from '../../../services/shared/trust/signers/own-signer.js';
import { readKnownApprovers, readMadeKeys } from '../../../services/shared/trust/directory/made-keys.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { checkSuccession } from '../../../services/shared/trust/directory/succession.js';
import { federationOf } from '../../support/broker.js';

let home: Home;
beforeEach(async () => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-key-')));
  await initDemo(home, { facts: federationOf(['europol', 'afripol']) });
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** A time in the past, so that the key is valid at once. */
const past = (): Date => new Date(Date.now() - 60_000);

async function placeOf(owner: string, use: string) {
  const places = keyFilesFor(home, await readDirectory(home));
  return places.find((place) => place.owner === owner && place.use === use)!;
}

async function rotate(owner: string, use: string, stopping = new AbortController().signal): Promise<Rotated> {
  return rotateKey(home, await placeOf(owner, use), { now: past(), stopping, say: () => undefined });
}

const revoke = (kid: string): ReturnType<typeof revokeKey> =>
  revokeKey(home, kid, { now: new Date(), say: () => undefined });
const kidAt = (path: string): string => parsePrivateJwk(JSON.parse(readFileSync(path, 'utf8'))).kid;

describe('key rotate', () => {
  test.each([
    ['europol', 'notice'],
    ['hub', 'audit'],
    ['hub', 'hub'],
  ])('of %s for %s keeps both keys valid, and replaces the key file, with mode 600', async (owner, use) => {
    const before = await readDirectory(home);
    const { kid, replaced } = await rotate(owner, use);
    const after = await readDirectory(home);
    expect([kid, replaced?.kid]).toEqual([`${owner}:${use}:2`, `${owner}:${use}:1`]);
    expect(() => checkSuccession(before, after)).not.toThrow();
    expect(after.key(`${owner}:${use}:1`)).toMatchObject({ notAfter: replaced?.notAfter });
    expect(after.key(kid)?.notAfter.getTime()).toBeGreaterThan(Date.now());
    const { path } = await placeOf(owner, use);
    expect([kidAt(path), statSync(path).mode & 0o777]).toEqual([kid, 0o600]);
    expect(existsSync(nextKeyOf(path))).toBe(false);
  });

  test('of an operator key keeps the name of the person', async () => {
    const { kid } = await rotate('hub', 'operator');
    const { key } = await readDirectory(home);
    expect(key(kid)?.person).toBe(key('hub:operator:1')?.person);
  });

  test("of an approver key keeps the person and the other approver, and is known to the home as an approver's", async () => {
    const { kid, replaced } = await rotate('europol', 'approver');
    const { key } = await readDirectory(home);
    expect([kid, replaced?.kid]).toEqual(['europol:approver:3', 'europol:approver:1']);
    expect([1, 2, 3].map((n) => key(`europol:approver:${n}`)?.person)).toEqual(
      [1, 2, 1].map((n) => `Approver ${n} of europol`),
    );
    const [folder, x = ''] = [home.org(parseOrgId('europol')), key(kid)?.x];
    expect([readKnownApprovers(folder)?.has(x), readMadeKeys(folder).has(x)]).toEqual([true, false]);
  });

  test('replaces the key file only once the new key was listed for ten seconds', async () => {
    const stopping = new AbortController();
    const place = await placeOf('europol', 'notice');
    const waiting: string[] = [];
    const say = (words: string): void => {
      waiting.push(words);
      stopping.abort();
    };
    const now = new Date();
    const rotating = rotateKey(home, place, { now, stopping: stopping.signal, say });
    await expect(rotating).rejects.toMatchObject({ code: 'busy' });
    const [, seconds] = /^waiting (\d+) s/.exec(waiting.join()) ?? [];
    expect(Number(seconds)).toBeLessThanOrEqual(11);
    expect(now.getTime() + 9_000).toBeLessThanOrEqual(Date.now() + Number(seconds) * 1_000);
    expect(kidAt(place.path)).toBe('europol:notice:1');
  });
});

describe('key rotate, killed', () => {
  test('before the key was listed, is started again with a new key', async () => {
    const { path } = await placeOf('europol', 'notice');
    writeFileSync(nextKeyOf(path), JSON.stringify(await generateKey('europol:notice:2')), { mode: 0o600 });
    const unlisted = readFileSync(nextKeyOf(path), 'utf8');
    expect((await rotate('europol', 'notice')).kid).toBe('europol:notice:2');
    expect(readFileSync(path, 'utf8')).not.toBe(unlisted);
  });

  test('before the key file was replaced, is completed by the next call, without another key', async () => {
    const aborted = AbortSignal.abort();
    const place = await placeOf('europol', 'notice');
    const params = { now: new Date(), stopping: aborted, say: () => undefined };
    await expect(rotateKey(home, place, params)).rejects.toMatchObject({ code: 'busy' });
    const listed = await readDirectory(home);
    expect(
      localKeys(home, listed).filter(({ owner, use }) => owner === 'europol' && use === 'notice'),
    ).toEqual([
      expect.objectContaining({ kid: 'europol:notice:1', isReplaced: true }),
      expect.objectContaining({ kid: 'europol:notice:2', isReplaced: false }),
    ]);
    const notes: string[] = [];
    const ended = rotateKey(home, place, { ...params, say: (words) => notes.push(words) });
    await expect(ended).rejects.toMatchObject({ code: 'busy' });
    expect(notes[0]).toContain('`europol:notice:2` was listed by an earlier call');
    expect((await readDirectory(home)).version).toBe(listed.version);
  });

  test('is started again with a new key when the listed one was revoked since', async () => {
    const place = await placeOf('europol', 'notice');
    const params = { now: new Date(), stopping: AbortSignal.abort(), say: () => undefined };
    await expect(rotateKey(home, place, params)).rejects.toMatchObject({ code: 'busy' });
    await revoke('europol:notice:2');
    expect((await rotate('europol', 'notice')).kid).toBe('europol:notice:3');
  });
});

describe('key revoke', () => {
  test('lists the revocation from now on in the next directory, and changes nothing else', async () => {
    const before = await readDirectory(home);
    const { revokedAt, version } = await revoke('europol:notice:1');
    const after = await readDirectory(home);
    expect(version).toBe(before.version + 1);
    expect(Math.abs(revokedAt.getTime() - Date.now())).toBeLessThan(10_000);
    expect(after.key('europol:notice:1')).toMatchObject({ revokedAt });
    const others = ({ organisations, hub }: typeof before): unknown =>
      [hub, ...organisations.values()].map(({ keys, ...facts }) => [
        facts,
        keys.map(({ kid, notBefore, notAfter, revokedAt: at, person }) =>
          kid === 'europol:notice:1' ? kid : { kid, notBefore, notAfter, at, person },
        ),
      ]);
    expect(others(after)).toEqual(others(before));
  });

  test('signs nothing for a key that is already revoked', async () => {
    const first = await revoke('europol:notice:1');
    expect(await revoke('europol:notice:1')).toEqual({ ...first, already: true });
    expect((await readDirectory(home)).version).toBe(first.version);
  });

  test('refuses an unknown id with the nearest one', async () => {
    await expect(revoke('europol:notise:1')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('did you mean `europol:notice:1`'),
    });
  });
});

describe('key rotate and key revoke are refused, and change nothing,', () => {
  test('without the root key, and a revocation without that of the directory either', async () => {
    rmSync(home.rootKey);
    rmSync(home.directoryKey);
    const signed = readFileSync(home.directory, 'utf8');
    for (const refused of [revoke('europol:notice:1'), rotate('europol', 'notice')])
      await expect(refused).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining("only the holder of the federation's root key"),
      });
    expect(readFileSync(home.directory, 'utf8')).toBe(signed);
    expect(existsSync(nextKeyOf((await placeOf('europol', 'notice')).path))).toBe(false);
  });

  test('without the private key to rotate', async () => {
    rmSync((await placeOf('europol', 'notice')).path);
    await expect(rotate('europol', 'notice')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('rotate the `notice` key of `europol` in the home that has it'),
    });
  });

  test('while another process signs the next directory', async () => {
    const lock = lockDirectory(home);
    for (const refused of [revoke('europol:notice:1'), rotate('europol', 'notice')])
      await expect(refused).rejects.toMatchObject({ code: 'busy' });
    lock.release();
    expect((await revoke('europol:notice:1')).already).toBe(false);
  });
});
