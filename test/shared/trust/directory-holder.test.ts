import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LiaisonError } from '../../../services/shared/kernel/errors.js';
import { type Directory, signDirectory } from '../../../services/shared/trust/directory.js';
import { type DirectoryHolder, watchDirectory } from '../../../services/shared/trust/directory-holder.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { entryOf, makeFederation, refused, type TestFederation } from './federation.js';
import { until } from '../../support/until.js';

let federation: TestFederation;
let path: string;
let holder: DirectoryHolder;
let changes: Directory[];
let alarms: LiaisonError[];

beforeAll(async () => {
  federation = await makeFederation();
});

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'liaison-')), 'directory.frame');
  writeFileSync(path, federation.directory.frame);
  [changes, alarms] = [[], []];
  holder = await watchDirectory(path, federation.anchor, {
    onAlarm: (error) => alarms.push(error),
    interval: 10,
  });
  holder.follow((directory) => changes.push(directory));
});

afterEach(() => holder.stop());

/** Publishes as an operator does: renames a complete file into place. */
function publish(frame: Uint8Array): void {
  writeFileSync(`${path}.new`, frame);
  renameSync(`${path}.new`, path);
}

const signed = (version: number, change: Partial<DirectorySource> = {}): Promise<Uint8Array> => {
  const previous = federation.directory.digest;
  return signDirectory({ ...federation.source, version, previous, ...change }, federation.root);
};

const hubWith = (keys: DirectorySource['hub']['keys']): DirectorySource['hub'] => ({
  ...federation.source.hub,
  keys,
});

const europol = (): DirectorySource['organisations'] => ({
  europol: federation.source.organisations['europol']!,
});

const newcomer = (): DirectorySource['organisations'][string] => ({
  ...federation.source.organisations['europol']!,
  keys: [],
});

/** The frame with another name in the first organisation's part. */
function changed(frame: Uint8Array): Uint8Array {
  const { directory } = frames.directory.decode(frame);
  const leaves = (directory?.leaves ?? []).map(({ salt, part }) => {
    const text = Buffer.from(part).toString().replace('Invented europol', 'Invented Europol');
    return { salt, part: Buffer.from(text) };
  });
  return frames.directory.encode({ directory: { statement: directory?.statement ?? '', leaves } });
}

describe('the holder of the directory', () => {
  test('swaps to a newer version as soon as the file is replaced', async () => {
    publish(await signed(2));
    await until('the change', () => changes.length > 0);
    expect(holder.current().version).toBe(2);
    expect(changes.map(({ version }) => version)).toEqual([2]);
    expect(alarms).toEqual([]);
  });

  test('keeps its directory and alarms when the file becomes unreadable, then accepts the next valid one', async () => {
    publish(Buffer.from('not a directory'));
    await until('the alarm', () => alarms.length > 0);
    expect(alarms[0]?.code).toBe('frame-unreadable');
    expect(holder.current().version).toBe(1);
    publish(await signed(2));
    await until('the change', () => changes.length > 0);
    expect(holder.current().version).toBe(2);
  });

  test('accepts a newer directory from another source, once', async () => {
    const jws = await signed(2);
    expect(await holder.adopt(jws)).toBe(true);
    expect(await holder.adopt(jws)).toBe(false);
    expect(alarms).toEqual([]);
    expect(holder.current().frame).toBe(jws);
  });

  test('processes two directories that arrive together one after the other', async () => {
    const [third, second] = [await signed(3), await signed(2)];
    expect(await Promise.all([holder.adopt(third), holder.adopt(second)])).toEqual([true, false]);
    expect(holder.current().version).toBe(3);
    expect(alarms.map(({ code }) => code)).toEqual(['directory-older']);
  });

  test.each<readonly [string, string, () => Promise<Uint8Array>]>([
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
    [
      'one that lists a new organisation before a known one, which could be a witness',
      'schema-invalid',
      () => signed(2, { organisations: { ameripol: newcomer(), ...federation.source.organisations } }),
    ],
    [
      'one that lists the known organisations in another order',
      'schema-invalid',
      () => {
        const { europol: first, ...others } = federation.source.organisations;
        return signed(2, { organisations: { ...others, europol: first! } });
      },
    ],
    ['one without a key', 'key-invalid', () => signed(2, { hub: hubWith([]) })],
    [
      'one with a key exchanged',
      'key-invalid',
      async () => {
        const keys = [entryOf(await generateKey('hub:hub:1')), federation.source.hub.keys[1]!];
        return signed(2, { hub: hubWith(keys) });
      },
    ],
    ['one of which a part was changed', 'digest-mismatch', async () => changed(await signed(2))],
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

  test('accepts one that lists a new organisation after the known ones', async () => {
    const organisations = { ...federation.source.organisations, ameripol: newcomer() };
    expect(await holder.adopt(await signed(2, { organisations }))).toBe(true);
    expect([...holder.current().organisations.keys()]).toEqual(['europol', 'afripol', 'ameripol']);
  });

  test('refuses one that names witnesses without the approval of the earlier ones: not-approved', async () => {
    const added = ['alfa', 'bravo'].map((org) => [org, { ...newcomer(), keys: [] }] as const);
    const all = [...Object.entries(federation.source.organisations), ...added];
    const listed = all.map(async ([org, member]) => {
      const key = entryOf(await generateKey(`${org}:witness:1`));
      return [org, { ...member, keys: [...member.keys, key] }] as const;
    });
    const organisations = Object.fromEntries(await Promise.all(listed));
    const members = ['afripol', 'alfa', 'bravo', 'europol'];
    const witnesses = { number: 1, since: '2026-05-01T00:00:00Z', members, approvals: [] };
    expect(await holder.adopt(await signed(2, { organisations }))).toBe(true);
    expect(await holder.adopt(await signed(4, { organisations, witnesses }))).toBe(false);
    expect(alarms.map(({ code }) => code)).toEqual(['not-approved']);
  });

  test('the contract of the hub rises and never falls', async () => {
    const hub = { ...federation.source.hub, contract: 3 };
    expect(await holder.adopt(await signed(2, { hub }))).toBe(true);
    expect(await holder.adopt(await signed(4, { hub: { ...hub, contract: 2 } }))).toBe(false);
    expect(alarms.map(({ code }) => code)).toEqual(['directory-older']);
    expect(holder.current().hub.contract).toBe(3);
  });

  test('a revocation is never lifted nor moved later', async () => {
    const revoke = (revokedAt?: string): Partial<DirectorySource> => {
      const [first, ...rest] = federation.source.hub.keys;
      return { hub: hubWith([{ ...first!, ...(revokedAt === undefined ? {} : { revokedAt }) }, ...rest]) };
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
