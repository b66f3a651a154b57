import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '../../../services/gateway/identity.js';
import { createKeyRenewal } from '../../../services/gateway/keys/renew-keys.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Directory, openDirectory, signDirectory } from '../../../services/shared/trust/directory.js';
import type { KeyEntry } from '../../../services/shared/trust/directory-key.js';
import { judgeKeyRequest } from '../../../services/shared/trust/directory/judge-key-request.js';
import { openKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { readMadeKeys } from '../../../services/shared/trust/directory/made-keys.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { entryOf, makeFederation } from '../../shared/trust/federation.js';
import { alarmsFor } from '../../support/alarms-for.js';

const EUROPOL = parseOrgId('europol');
const { source, root, anchor } = await makeFederation();
/** The keys live for 300 days. */
const LIFE = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2026-10-28T00:00:00Z' };
const day = (count: number): Date => new Date(Date.UTC(2026, 0, 1 + count));

let folder: string;
let now: Date;
let directory: Directory;
let entries: readonly KeyEntry[];
let sent: string[];
let alarms: ReturnType<typeof alarmsFor>;
let round: () => Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-renew-'));
  const uses = ['notice', 'receipt', 'policy', 'witness'];
  const keys = await Promise.all(uses.map((use) => generateKey(`europol:${use}:1`)));
  for (const [index, use] of uses.entries())
    writeFileSync(join(folder, `${use}.jwk`), JSON.stringify(keys[index]), { mode: 0o600 });
  await list(keys.map((key) => entryOf(key, LIFE)));
  [sent, now] = [[], day(0)];
  alarms = alarmsFor();
  const quiet = { info: () => undefined, warn: () => undefined } as never;
  const step = createKeyRenewal({
    identity: { org: EUROPOL, clock: () => now, directory: { current: () => directory } } as Identity,
    folder,
    alarms,
    log: quiet,
    keyRequests: {
      send: async (text) => {
        const request = await openKeyRequest(text, { directory, now, org: EUROPOL });
        expect(judgeKeyRequest(request, directory, now).granting).toBe('automatic');
        if (request.wish.type === 'next') sent.push(request.wish.key.kid);
        return { id: 'sent' } as never;
      },
    },
  });
  round = () => step(AbortSignal.abort());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function list(next: readonly KeyEntry[]): Promise<void> {
  entries = next;
  const { europol } = source.organisations;
  const organisations = { ...source.organisations, europol: { ...europol!, keys: entries } };
  directory = await openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
}
const keyAt = (name: string) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as { kid: string; x: string };
/** The directory lists the next key of a use from now on. */
const grant = (use: string): Promise<void> => {
  const next = keyAt(`${use}.jwk.next`);
  const dates = { notBefore: now.toISOString().replace('.000', ''), notAfter: '2028-01-01T00:00:00Z' };
  return list([...entries, entryOf(next as never, dates)]);
};
const isLate = (): boolean => alarms.list().some(({ alarm }) => alarm === 'key-not-renewed');

describe('a gateway renews the keys of its home', () => {
  test('by itself when a third of their life is left, and not before', async () => {
    now = day(199);
    await round();
    expect(sent).toEqual([]);
    now = day(200);
    await round();
    expect(sent.toSorted()).toEqual(['europol:notice:2', 'europol:receipt:2', 'europol:witness:2']);
    expect(readMadeKeys(folder).has(keyAt('receipt.jwk.next').x)).toBe(true);
  });

  test('and asks again after an hour for the same key', async () => {
    now = day(200);
    await round();
    await round();
    const { x } = keyAt('notice.jwk.next');
    expect(sent).toHaveLength(3);
    now = new Date(now.getTime() + 3_600_000);
    await round();
    expect(sent).toHaveLength(6);
    expect(keyAt('notice.jwk.next').x).toBe(x);
  });

  test('and replaces the file once the next key has been listed for ten seconds', async () => {
    now = day(200);
    await round();
    await grant('notice');
    now = new Date(now.getTime() + 9_000);
    await round();
    expect(keyAt('notice.jwk').kid).toBe('europol:notice:1');
    now = new Date(now.getTime() + 1_000);
    await round();
    expect(keyAt('notice.jwk').kid).toBe('europol:notice:2');
    expect(existsSync(join(folder, 'notice.jwk.next'))).toBe(false);
  });

  test('and keeps the file while another key is listed under the id of the next one', async () => {
    now = day(200);
    await round();
    const stolen = await generateKey('europol:notice:2');
    await list([...entries, entryOf(stolen, { notBefore: '2026-01-01T00:00:00Z' })]);
    now = new Date(now.getTime() + 10_000);
    await round();
    expect(keyAt('notice.jwk').kid).toBe('europol:notice:1');
  });

  test('and renews the others while the file of a next key is damaged', async () => {
    now = day(200);
    writeFileSync(join(folder, 'notice.jwk.next'), '{', { mode: 0o600 });
    await round();
    expect(sent.toSorted()).toEqual(['europol:receipt:2', 'europol:witness:2']);
  });

  test('and raises an alarm while a sixth of the life of a key is left and no next one is listed', async () => {
    now = day(249);
    await round();
    expect(isLate()).toBe(false);
    now = day(250);
    await round();
    expect(isLate()).toBe(true);
    for (const use of ['notice', 'receipt', 'witness']) await grant(use);
    await round();
    // The policy key needs an approver.
    expect(isLate()).toBe(true);
    await list([
      ...entries,
      entryOf(await generateKey('europol:policy:2'), { notBefore: '2026-09-01T00:00:00Z' }),
    ]);
    await round();
    expect(isLate()).toBe(false);
  });
});
