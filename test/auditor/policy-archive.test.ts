import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digest } from '../../services/shared/trust/digest.js';
import { MAX_UNNAMED, openPolicyArchive } from '../../services/auditor/policy-archive.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-policies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digestOf = (number: number): string => digest(String(number));
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Puts sets 1 to `count`, each a second newer than the one before. */
function putSets(count: number): void {
  const archive = openPolicyArchive(folder);
  for (let number = 1; number <= count; number += 1) {
    archive.put(digestOf(number), bytes(`set ${number}`));
    utimesSync(join(folder, 'new', digestOf(number)), number, number);
  }
}

describe('archive of policies', () => {
  test('a bundle that a record names is kept after any number of later bundles and a restart', () => {
    openPolicyArchive(folder).put(digestOf(0), bytes('named'));
    openPolicyArchive(folder).keep(digestOf(0));
    putSets(MAX_UNNAMED + 3);
    expect(Buffer.from(openPolicyArchive(folder).get(digestOf(0)) ?? []).toString()).toBe('named');
  });

  test('a bundle that a record named before any router put it is kept once it is put', () => {
    const archive = openPolicyArchive(folder);
    archive.keep(digestOf(0));
    archive.put(digestOf(0), bytes('named'));
    for (let number = 1; number <= MAX_UNNAMED + 3; number += 1) archive.put(digestOf(number), bytes('set'));
    expect(Buffer.from(archive.get(digestOf(0)) ?? []).toString()).toBe('named');
  });

  test('after the file of a bundle was deleted, records may still name it, and it and later bundles are stored', () => {
    const archive = openPolicyArchive(folder);
    for (let number = 1; number <= MAX_UNNAMED; number += 1) archive.put(digestOf(number), bytes('set'));
    for (const number of [1, 2]) rmSync(join(folder, 'new', digestOf(number)));
    archive.keep(digestOf(1));
    archive.put(digestOf(10), bytes('ten'));
    archive.put(digestOf(11), bytes('eleven'));
    archive.put(digestOf(1), bytes('again'));
    archive.keep(digestOf(1));
    expect(Buffer.from(archive.get(digestOf(1)) ?? []).toString()).toBe('again');
  });

  test('of the bundles that no record names, the eight newest are kept', () => {
    putSets(MAX_UNNAMED + 3);
    const archive = openPolicyArchive(folder);
    const stored = [1, 2, 3, 4, 11].map((number) => archive.get(digestOf(number)) !== undefined);
    expect(stored).toEqual([false, false, false, true, true]);
  });

  test('a bundle that is put twice is stored once', () => {
    const archive = openPolicyArchive(folder);
    archive.put(digestOf(1), bytes('a set'));
    archive.keep(digestOf(1));
    archive.put(digestOf(1), bytes('a set'));
    expect(readdirSync(folder).toSorted()).toEqual([digestOf(1), 'new', 'newest'].toSorted());
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });

  test('the newest bundle is the one that was put last, whatever the times of the files are', () => {
    const archive = openPolicyArchive(folder);
    expect(archive.newest()).toBeUndefined();
    for (const number of [1, 2, 1]) archive.put(digestOf(number), bytes(`set ${number}`));
    archive.keep(digestOf(1));
    // As after a restored backup.
    utimesSync(join(folder, digestOf(1)), 1, 1);
    expect([archive.newest(), openPolicyArchive(folder).newest()]).toEqual([digestOf(1), digestOf(1)]);
  });

  test('a bundle beyond the size limit is refused as `full`, and the stored ones stay', () => {
    const archive = openPolicyArchive(folder, 10);
    archive.put(digestOf(1), bytes('123456'));
    archive.keep(digestOf(1));
    expect(() => archive.put(digestOf(2), bytes('12345'))).toThrow('full');
    expect([archive.get(digestOf(1))?.length, archive.get(digestOf(2))]).toEqual([6, undefined]);
  });

  test('a half-written file of a killed process is deleted at the next start', () => {
    openPolicyArchive(folder);
    writeFileSync(join(folder, 'new', `${digestOf(1)}.new`), 'half');
    expect(openPolicyArchive(folder).get(digestOf(1))).toBeUndefined();
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
  });
});
