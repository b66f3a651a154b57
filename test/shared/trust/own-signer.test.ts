import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { signDirectory } from '../../../services/shared/trust/directory.js';
import { type DirectoryHolder, watchDirectory } from '../../../services/shared/trust/directory-holder.js';
import type { KeyEntry } from '../../../services/shared/trust/directory-key.js';
import type { PrivateJwk } from '../../../services/shared/trust/jwk.js';
import { verifyJws } from '../../../services/shared/trust/jws.js';
import { generateKey, type Signer } from '../../../services/shared/trust/keys.js';
import { nextKeyOf, openSigner } from '../../../services/shared/trust/own-signer.js';
import { entryOf, makeFederation, NOW, type TestFederation } from './federation.js';

const OLD = 'europol:notice:1';
const NEW = 'europol:notice:2';
/** When the next key signs: ten seconds from when it is good. */
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
  writeFileSync(join(folder, 'directory.jws'), federation.directory.jws);
  holder = await watchDirectory(join(folder, 'directory.jws'), federation.anchor, {
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

const untilSigning = (kid: string): Promise<unknown> => vi.waitUntil(() => signer.kid === kid);

describe('a key that waits to take the place of another', () => {
  beforeEach(() => write(nextKeyOf(path), next));

  test('signs nothing before the directory lists it, nor for ten seconds after; then everything, without a restart', async () => {
    signer = await open();
    now = GOOD;
    expect(signer.kid).toBe(OLD);
    now = NOW;
    await publish();
    await vi.waitUntil(() => holder.current().version === 2);
    expect(signer.kid).toBe(OLD);
    now = GOOD;
    expect(signer.kid).toBe(NEW);
    // Dated a moment before the change-over.
    const payload = { iss: 'europol', iat: Math.floor(GOOD.getTime() / 1000) - 1 };
    const token = await signer.sign('submission+jws', Buffer.from(JSON.stringify(payload)));
    const { key } = holder.current();
    const expected = { typ: 'submission+jws', use: 'notice', key, now } as const;
    expect((await verifyJws(token, expected)).key.kid).toBe(NEW);
  });

  test('is found by who runs when the directory that lists it comes', async () => {
    await publish();
    now = GOOD;
    await untilSigning(NEW);
    expect(alarms).toEqual([]);
  });

  test('signs after a restart too, whether it is put in place by then or not', async () => {
    await publish();
    now = GOOD;
    expect((await open()).kid).toBe(NEW);
    renameSync(nextKeyOf(path), path);
    expect((await open()).kid).toBe(NEW);
  });

  test('and is revoked signs nothing: the one in its place goes on', async () => {
    await publish({ [NEW]: { revokedAt: '2026-06-01T12:00:00Z' } });
    now = GOOD;
    expect((await open()).kid).toBe(OLD);
  });
});

describe('a key that was replaced', () => {
  test('signs until the new one is good, also where the file holds that already', async () => {
    write(path, next);
    await publish();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(signer.kid).toBe(OLD);
    now = GOOD;
    expect(signer.kid).toBe(NEW);
  });

  test('does not come back when the new one is revoked', async () => {
    write(nextKeyOf(path), next);
    await publish();
    now = GOOD;
    await untilSigning(NEW);
    renameSync(nextKeyOf(path), path);
    await publish({ [NEW]: { revokedAt: '2026-06-01T12:00:10Z' } });
    await vi.waitUntil(() => holder.current().version === 3);
    await untilSigning(NEW);
  });
});

test('a key file that cannot be read any more is an alarm when the directory changes; what was read signs on', async () => {
  writeFileSync(path, 'damaged');
  await publish();
  await vi.waitUntil(() => alarms.length > 0);
  expect([alarms, signer.kid]).toEqual([['json-malformed'], OLD]);
});
