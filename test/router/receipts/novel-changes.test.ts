import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyChange } from '../../../services/router/ledger/apply-acts.js';
import { novelChanges, type OpenedChange } from '../../../services/router/receipts/novel-changes.js';
import { jtiOf, parseFrameId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ChangedNotice } from '../../../services/shared/ledger/receipt/change.js';
import type { ReceiptType } from '../../../services/shared/kernel/receipt-types.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import type { DirectoryKey } from '../../../services/shared/trust/directory.js';

const [EUROPOL, INTERPOL, AFRIPOL] = ['europol', 'interpol', 'afripol'].map(parseOrgId) as [
  never,
  never,
  never,
];
const [FRAME, OTHER] = ['a', 'b'].map((letter) => parseFrameId(letter.repeat(64))) as [never, never];
const jtiAt = (number: number) => jtiOf(parseNoticeId('01900000-0000-7000-8000-000000000001'), number);
const [KNOWN, NARROWED, DENIED, NEVER] = [1, 2, 3, 4] as const;

let folder: string;
let store: RouterStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-changes-'));
  store = openRouterStore(join(folder, 'router.db'));
  await store.commit(() => {
    for (const number of [KNOWN, NARROWED, DENIED]) {
      const [jti, digest] = [jtiAt(number), `digest-${number}`];
      const decided = (to: string, outcome: string) => ({ type: 'decision', jti, to, outcome });
      const allowed = number === DENIED ? AFRIPOL : INTERPOL;
      store.notices.put(
        {
          originator: EUROPOL,
          jti,
          digest,
          number,
          exp: 9e9,
          kind: 'red',
          state: 'active',
          frame: FRAME,
          at: 1,
          part: '{}',
          decisions: JSON.stringify([decided(allowed, number === NARROWED ? 'denied' : 'delivered')]),
        },
        { epoch: 'e', seq: number },
      );
      if (number === NARROWED)
        store.notices.addNarrowing({
          originator: EUROPOL,
          jti,
          digest,
          exp: 9e9,
          decisions: JSON.stringify([decided(INTERPOL, 'denied')]),
        });
    }
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

type Entry = readonly [number: number, type: ReceiptType, frame?: ChangedNotice['frame']];
const change = (name: string, ...entries: readonly Entry[]): OpenedChange => ({
  token: name,
  isRecorded: false,
  change: {
    recipient: INTERPOL,
    originator: EUROPOL,
    issuedAt: new Date(name.length * 1_000),
    digest: name,
    key: {} as DirectoryKey,
    changes: entries.map(([number, type, frame = FRAME]) => ({
      frame,
      index: 0,
      jti: jtiAt(number),
      type,
      before: null,
    })),
  },
});
const record = ({ change: said }: OpenedChange) =>
  store.commit(() => applyChange(store, { recipient: INTERPOL, forget: 100 }, said));
const newsOf = (...changes: readonly OpenedChange[]) => {
  const { novel, hasUnknown } = novelChanges(store, changes);
  return [novel.map(({ token }) => token), hasUnknown];
};

describe('router: a change of receipts', () => {
  test('is new when it states another type for an allowed notice than the last change, also one in the same frame', async () => {
    await record(change('first', [KNOWN, 'destroyed']));
    expect(newsOf(change('again', [KNOWN, 'destroyed']))).toEqual([[], false]);
    expect(newsOf(change('one', [KNOWN, 'kept']), change('two', [KNOWN, 'kept']))).toEqual([['one'], false]);
    expect(newsOf(change('more', [KNOWN, 'destroyed'], [NARROWED, 'destroyed']))).toEqual([['more'], false]);
  });

  test('is not new when it is only about notices that were never delivered to its signer', () => {
    for (const entry of [
      [NEVER, 'destroyed'],
      [DENIED, 'destroyed'],
      [KNOWN, 'destroyed', OTHER],
    ] as const)
      expect(newsOf(change('unknown', entry))).toEqual([[], true]);
    expect(newsOf(change('mixed', [NEVER, 'destroyed'], [KNOWN, 'destroyed']))).toEqual([['mixed'], false]);
  });

  test('is not new after 16 about one notice, and no more of them are kept', async () => {
    const types = ['destroyed', 'kept'] as const;
    const nth = (at: number) => change('c'.repeat(at + 1), [KNOWN, types[at % 2] ?? 'kept']);
    for (let at = 0; at < 16; at += 1) {
      expect(newsOf(nth(at))).toEqual([['c'.repeat(at + 1)], false]);
      await record(nth(at));
    }
    expect(newsOf(nth(16))).toEqual([[], false]);
    await record(nth(16));
    expect(store.actions.changesOf(EUROPOL, jtiAt(KNOWN))).toHaveLength(16);
  });

  test('is remembered for a short time only where it is about an unknown notice', async () => {
    await record(change('mixed', [NEVER, 'destroyed'], [KNOWN, 'destroyed']));
    await store.commit(() => store.sweep(101, 100));
    expect(store.actions.changesOf(EUROPOL, jtiAt(NEVER))).toEqual([]);
    expect(store.actions.changesOf(EUROPOL, jtiAt(KNOWN))).toHaveLength(1);
  });
});
