import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InboxRow } from '../../../services/shared/store/gateway/gateway-inbox.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

const KiB = 1024;
let folder: string;
let store: GatewayStore;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});

afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Stores this many held notices of this size from `originator`. */
async function hold(originator: string, count: number, size: number): Promise<void> {
  const held = Array.from({ length: count }, (_, leaf) => {
    const id = `${originator}-${leaf}`;
    const sdJwt = 'x'.repeat(size);
    const about = { id, number: 1, kind: 'red', exp: 9e9, reviewAt: null, warnAt: null, forget: 9e15 };
    return { ...about, digest: id, disclosed: id, delivered: id, leaf, sdJwt };
  });
  const frame = `frame-${originator}`;
  const proof = { records: 'r', root: 'r', statement: 's', proofs: Buffer.of(1), leaves: Buffer.of(1) };
  const delivery = { originator, frame, ...proof, receipt: 'r', at: 1, forget: 9e12 };
  const expected = held.map(({ id }) => ({ id, number: undefined, ended: undefined }));
  await store.commit(() => store.inbox.accept({ ...delivery, held, kept: 0, expected }));
}

/** Reads all pages as a caller does. */
function pages(originator: string, limit: number): readonly (readonly InboxRow[])[] {
  const all: (readonly InboxRow[])[] = [];
  for (let before: number | undefined; ; ) {
    const { rows, more } = store.inbox.search({ originator, limit, before });
    all.push(rows);
    if (!more) return all;
    before = rows.at(-1)?.seq;
  }
}

describe('gateway http: a page of the inbox', () => {
  test('ends at its size limit and says that there is more; no notice is left out or shown twice', async () => {
    await hold('large', 40, 250 * KiB);
    const read = pages('large', 200);
    for (const rows of read) {
      const size = rows.reduce((sum, { sdJwt }) => sum + sdJwt.length, 0);
      expect(size).toBeLessThanOrEqual(4 * KiB * KiB);
    }
    const ids = read.flat().map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => `large-${39 - index}`));
  });

  test('holds at least one notice, however large', async () => {
    await hold('huge', 3, 5 * KiB * KiB);
    expect(pages('huge', 200).map((rows) => rows.length)).toEqual([1, 1, 1]);
  });

  test('of small notices ends only at its `limit`', async () => {
    await hold('small', 50, 8 * KiB);
    expect(pages('small', 200).map((rows) => rows.length)).toEqual([50]);
    expect(store.inbox.search({ originator: 'small', limit: 20 })).toMatchObject({ more: true });
  });

  test('that ends with the last notice says that there is no more', () => {
    expect(pages('small', 25).map((rows) => rows.length)).toEqual([25, 25]);
  });
});
