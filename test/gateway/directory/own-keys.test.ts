import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOwnKeys } from '../../../services/gateway/directory/own-keys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import type { KeyEntry } from '../../../services/shared/trust/directory-key.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import {
  addKnownApprovers,
  addMadeKeys,
  readMadeKeys,
} from '../../../services/shared/trust/directory/made-keys.js';
import { entryOf, makeFederation, NOW } from '../../shared/trust/federation.js';

const EUROPOL = parseOrgId('europol');
const { source, root, anchor, directory: first } = await makeFederation();
const made = await generateKey('europol:notice:2');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-own-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function listing(entry: KeyEntry): Promise<Directory> {
  const { europol, ...others } = source.organisations;
  const organisations = { europol: { ...europol!, keys: [...europol!.keys, entry] }, ...others };
  return openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
}

function foreign(directory: Directory): readonly string[] {
  const own = openOwnKeys(folder, EUROPOL, first);
  own.refresh();
  return own.foreignIn(directory, NOW).map(({ kid }) => kid);
}

describe('gateway: a key that the directory lists for its organisation', () => {
  test('is foreign if its home did not make it, until it is revoked', async () => {
    expect(foreign(first)).toEqual([]);
    expect(foreign(await listing(entryOf(made)))).toEqual(['europol:notice:2']);
    expect(foreign(await listing(entryOf(made, { revokedAt: '2026-05-01T00:00:00Z' })))).toEqual([]);
  });

  test('is its own if it is in a key file, as the next key too, and stays so once the file is replaced', async () => {
    expect(foreign(first)).toEqual([]);
    const next = join(folder, 'notice.jwk.next');
    writeFileSync(next, JSON.stringify(made));
    expect(foreign(await listing(entryOf(made)))).toEqual([]);
    rmSync(next);
    expect(foreign(await listing(entryOf(made)))).toEqual([]);
  });

  test('is its own if the home made and replaced it while the gateway was stopped', async () => {
    expect(foreign(first)).toEqual([]);
    addMadeKeys(folder, [made.x]);
    expect(foreign(await listing(entryOf(made)))).toEqual([]);
  });

  test('of an approver is foreign unless the home knows it, also one that the root lists', async () => {
    const invented = await generateKey('europol:approver:9');
    const directory = await listing(entryOf(invented, { person: 'Invented Person' }));
    expect(foreign(first)).toEqual([]);
    expect(foreign(directory)).toEqual(['europol:approver:9']);
    addKnownApprovers(folder, [invented.x]);
    expect(foreign(directory)).toEqual([]);
    expect(readMadeKeys(folder).has(invented.x)).toBe(false);
  });

  test('of an approver is known to a list of an earlier build if the directory proved last lists it', async () => {
    const known = await generateKey('europol:approver:1');
    const invented = await generateKey('europol:approver:2');
    addMadeKeys(folder, [made.x]);
    const proved = await listing(entryOf(known, { person: 'Invented Person' }));
    const own = openOwnKeys(folder, EUROPOL, proved);
    own.refresh();
    expect(own.foreignIn(proved, NOW).filter(({ use }) => use === 'approver')).toEqual([]);
    const next = await listing(entryOf(invented, { person: 'Invented Person' }));
    const again = openOwnKeys(folder, EUROPOL, next);
    again.refresh();
    expect(again.foreignIn(next, NOW).map(({ kid }) => kid)).toContain('europol:approver:2');
  });

  test('stops the start of the gateway if the list of the keys that it made is damaged', () => {
    writeFileSync(join(folder, 'own-keys.json'), '{');
    expect(() => foreign(first)).toThrow(/own-keys\.json` is damaged/);
  });
});
