import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signDirectory } from '../../../../services/shared/trust/directory.js';
import { type DirectoryHolder, watchDirectory } from '../../../../services/shared/trust/directory-holder.js';
import type { KeyEntry } from '../../../../services/shared/trust/directory-key.js';
import type { PrivateJwk } from '../../../../services/shared/trust/jwk.js';
import { verifyJws } from '../../../../services/shared/trust/jws.js';
import { generateKey, type Signer } from '../../../../services/shared/trust/keys.js';
import { nextKeyOf, openSigner } from '../../../../services/shared/trust/signers/own-signer.js';
import { entryOf, makeFederation, NOW, type TestFederation } from '../federation.js';
import { until } from '../../../support/until.js';

const OLD = 'europol:notice:1';
const NEW = 'europol:notice:2';
/** When the next key begins to sign: ten seconds after it becomes valid. */
const GOOD = new Date('2026-06-01T12:00:10Z');

let federation: TestFederation;
let folder: string;
let path: string;
let holder: DirectoryHolder;
let now: Date;
let alarms: string[];
let next: PrivateJwk;
let signer: Signer;

const write = (to: string, jwk: PrivateJwk): void => writeFileSync(to, JSON.stringify(jwk), { mode: 0o600 });
const open = (): Promise<Signer> =>
  openSigner(path, { directory: holder, clock: () => now, onAlarm: ({ code }) => alarms.push(code) });

beforeEach(async () => {
  federation = await makeFederation();
  folder = mkdtempSync(join(tmpdir(), 'liaison-signer-'));
  path = join(folder, 'notice.jwk');
  write(path, federation.jwk(OLD));
  writeFileSync(join(folder, 'directory.frame'), federation.directory.frame);
  holder = await watchDirectory(join(folder, 'directory.frame'), federation.anchor, {
    onAlarm: () => undefined,
  });
  [now, alarms] = [NOW, []];
  next = await generateKey(NEW);
  signer = await open();
});
afterEach(() => {
  holder.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The next directory, with the new key listed and these changes to the keys. */
async function publish(changes: Readonly<Record<string, Partial<KeyEntry>>> = {}): Promise<void> {
  const { source, root } = federation;
  const held = holder.current();
  const europol = source.organisations['europol']!;
  const listed = [...europol.keys, entryOf(next, { notBefore: '2026-06-01T12:00:00Z' })];
  const keys = listed.map((key) => ({ ...key, ...changes[key.kid] }));
  const organisations = { ...source.organisations, europol: { ...europol, keys } };
  const version = { version: held.version + 1, previous: held.digest };
  await holder.adopt(await signDirectory({ ...source, ...version, organisations }, root));
}

const untilSigning = (kid: string): Promise<unknown> => until(`${kid} to sign`, () => signer.kid === kid);

describe('the next key of a process', () => {
  beforeEach(() => write(nextKeyOf(path), next));

  test('signs nothing before the directory lists it, nor for ten seconds after; then everything, without a restart', async () => {
    signer = await open();
    now = GOOD;
    expect(signer.kid).toBe(OLD);
    now = NOW;
    await publish();
    await until('the directory', () => holder.current().version === 2);
    expect(signer.kid).toBe(OLD);
    now = GOOD;
    await untilSigning(NEW);
    // Dated just before the next key began to sign.
    const payload = { iss: 'europol', iat: Math.floor(GOOD.getTime() / 1000) - 1 };
    const token = await signer.sign('submission+jws', Buffer.from(JSON.stringify(payload)));
    const { key } = holder.current();
    const expected = { typ: 'submission+jws', use: 'notice', key, now } as const;
    expect((await verifyJws(token, expected)).key.kid).toBe(NEW);
  });

  test('is found by a running process when the directory that lists it arrives', async () => {
    await publish();
    now = GOOD;
    await untilSigning(NEW);
    expect(alarms).toEqual([]);
  });

  test('signs nothing for ten seconds after it was listed, also where the root listed it long after it became valid', async () => {
    now = new Date(GOOD.getTime() + 86_400_000);
    await publish();
    await until('the directory', () => holder.current().version === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(signer.kid).toBe(OLD);
    now = new Date(now.getTime() + 10_000);
    await untilSigning(NEW);
  });

  test('also signs after a restart, whether or not it has replaced the key file by then', async () => {
    await publish();
    now = GOOD;
    expect((await open()).kid).toBe(NEW);
    renameSync(nextKeyOf(path), path);
    expect((await open()).kid).toBe(NEW);
  });

  test('signs nothing while the directory lists another key under its id: the current key continues', async () => {
    write(nextKeyOf(path), await generateKey(NEW));
    await publish();
    now = GOOD;
    expect((await open()).kid).toBe(OLD);
  });

  test('signs nothing once it is revoked: the current key continues', async () => {
    await publish({ [NEW]: { revokedAt: '2026-06-01T12:00:00Z' } });
    now = GOOD;
    expect((await open()).kid).toBe(OLD);
  });
});

describe('a key that was replaced', () => {
  test('signs until the new one may sign, even when the file already holds the new one', async () => {
    write(path, next);
    await publish();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(signer.kid).toBe(OLD);
    now = GOOD;
    await untilSigning(NEW);
  });

  test('does not come back when the new one is revoked', async () => {
    write(nextKeyOf(path), next);
    await publish();
    now = GOOD;
    await untilSigning(NEW);
    renameSync(nextKeyOf(path), path);
    await publish({ [NEW]: { revokedAt: '2026-06-01T12:00:10Z' } });
    await until('the directory', () => holder.current().version === 3);
    await untilSigning(NEW);
  });
});

test('own signer: a key file that became unreadable is an alarm when the directory changes; the loaded key still signs', async () => {
  writeFileSync(path, 'damaged');
  await publish();
  await until('the alarm', () => alarms.length > 0);
  expect([alarms, signer.kid]).toEqual([['json-malformed'], OLD]);
});
