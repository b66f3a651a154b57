import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { type Directory, signDirectory } from '../../../services/shared/trust/directory.js';
import { type DirectoryHolder, watchDirectory } from '../../../services/shared/trust/directory-holder.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { entryOf, makeFederation, refused, type TestFederation } from './federation.js';

let federation: TestFederation;
let path: string;
let holder: DirectoryHolder;
let changes: Directory[];
let alarms: LiaisonError[];

beforeAll(async () => {
  federation = await makeFederation();
});

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'liaison-')), 'directory.jws');
  writeFileSync(path, federation.directory.jws);
  [changes, alarms] = [[], []];
  holder = await watchDirectory(path, federation.anchor, {
    onAlarm: (error) => alarms.push(error),
    interval: 10,
  });
  holder.follow((directory) => changes.push(directory));
});

afterEach(() => holder.stop());

/** Publishes as an operator does: renames a complete file into place. */
function publish(jws: string): void {
  writeFileSync(`${path}.new`, jws);
  renameSync(`${path}.new`, path);
}

const signed = (version: number, change: Partial<DirectorySource> = {}): Promise<string> => {
  const previous = federation.directory.digest;
  return signDirectory({ ...federation.source, version, previous, ...change }, federation.root);
};

const europol = (): DirectorySource['organisations'] => ({
  europol: federation.source.organisations['europol']!,
});

describe('the holder of the directory', () => {
  test('swaps to a newer version as soon as the file is replaced', async () => {
    publish(await signed(2));
    await vi.waitUntil(() => changes.length > 0);
    expect(holder.current().version).toBe(2);
    expect(changes.map(({ version }) => version)).toEqual([2]);
    expect(alarms).toEqual([]);
  });

  test('keeps its directory and alarms when the file becomes unreadable, then accepts the next valid one', async () => {
    publish('not a directory');
    await vi.waitUntil(() => alarms.length > 0);
    expect(alarms[0]?.code).toBe('token-malformed');
    expect(holder.current().version).toBe(1);
    publish(await signed(2));
    await vi.waitUntil(() => changes.length > 0);
    expect(holder.current().version).toBe(2);
  });

  test('accepts a newer directory from another source, once', async () => {
    const jws = await signed(2);
    expect(await holder.adopt(jws)).toBe(true);
    expect(await holder.adopt(jws)).toBe(false);
    expect(alarms).toEqual([]);
    expect(holder.current().jws).toBe(jws);
  });

  test('processes two directories that arrive together one after the other', async () => {
    const [third, second] = [await signed(3), await signed(2)];
    expect(await Promise.all([holder.adopt(third), holder.adopt(second)])).toEqual([true, false]);
    expect(holder.current().version).toBe(3);
    expect(alarms.map(({ code }) => code)).toEqual(['directory-older']);
  });

  test.each<readonly [string, string, () => Promise<string>]>([
    [
      'a second one with the same version',
      'statement-conflict',
      () => signed(1, { nextUpdate: '2026-06-09T00:00:00Z' }),
    ],
    [
      'one that does not follow the one held',
      'digest-mismatch',
      () => signed(2, { previous: 'A'.repeat(43) }),
    ],
    ['one of another federation', 'audience-mismatch', () => signed(2, { federation: 'other' })],
    ['one without an organisation', 'directory-older', () => signed(2, { organisations: europol() })],
    ['one without a key', 'key-invalid', () => signed(2, { hub: { keys: [] } })],
    [
      'one with a key exchanged',
      'key-invalid',
      async () => {
        const hub = { keys: [entryOf(await generateKey('hub:hub:1')), federation.source.hub.keys[1]!] };
        return signed(2, { hub });
      },
    ],
    [
      'one signed by another root',
      'key-unknown',
      () => signDirectory({ ...federation.source, version: 2 }, federation.signer('hub:hub:1')),
    ],
  ])('refuses %s: %s', async (_name, code, jws) => {
    expect(await holder.adopt(await jws())).toBe(false);
    expect(alarms.map((alarm) => alarm.code)).toEqual([code]);
    expect(holder.current().version).toBe(1);
  });

  test('a revocation is never lifted nor moved later', async () => {
    const revoke = (revokedAt?: string): Partial<DirectorySource> => {
      const [first, ...rest] = federation.source.hub.keys;
      return { hub: { keys: [{ ...first!, ...(revokedAt === undefined ? {} : { revokedAt }) }, ...rest] } };
    };
    expect(await holder.adopt(await signed(2, revoke('2026-06-01T00:00:00Z')))).toBe(true);
    expect(await holder.adopt(await signed(4, revoke()))).toBe(false);
    expect(await holder.adopt(await signed(4, revoke('2026-06-02T00:00:00Z')))).toBe(false);
    expect(alarms.map(({ code }) => code)).toEqual(['key-revoked', 'key-revoked']);
    expect(await holder.adopt(await signed(4, revoke('2026-05-01T00:00:00Z')))).toBe(true);
  });

  test('does not start without a directory, nor with one of another root', async () => {
    const events = { onAlarm: (): void => undefined };
    await refused(watchDirectory(`${path}.missing`, federation.anchor, events), 'config-invalid');
    const { anchor } = await makeFederation();
    await refused(watchDirectory(path, anchor, events), 'signature-invalid');
  });
});
