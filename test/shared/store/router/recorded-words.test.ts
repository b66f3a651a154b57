import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRecordedWords } from '../../../../services/shared/store/router/recorded-words.js';
import { openRouterStore } from '../../../../services/shared/store/router/router-store.js';

test('recorded words: an attribute and a word of some notice are found at their path, also while the router writes; others are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  const path = join(folder, 'router.db');
  expect(createRecordedWords(path)('kind')).toBe(false);
  const store = openRouterStore(path);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const attributes = {
    kind: 'red',
    minor: false,
    crimeAreas: ['terrorism', 'cybercrime'],
    evaluation: { source: 'A' },
  };
  const part = JSON.stringify({ type: 'notice', jti: 'kind', attributes });
  const notice = {
    originator: 'alfa',
    digest: 'd',
    number: 1,
    exp: 2e9,
    kind: 'red',
    state: 'active' as const,
  };
  await store.commit(() =>
    store.notices.put(
      { ...notice, jti: 'a.1', frame: 'f', at: 1, part, decisions: '[]' },
      { epoch: 'e', seq: 1 },
    ),
  );
  const isRecorded = createRecordedWords(path);
  const asked: readonly (readonly [string, string?])[] = [
    ['kind'],
    ['kind', 'red'],
    ['crimeAreas', 'cybercrime'],
    ['evaluation.source', 'A'],
    ['kind', 'blue'],
    ['crimeAreas', 'red'],
    ['countries'],
    ['personStatus', 'deceased'],
  ];
  expect(asked.map(([attribute, word]) => isRecorded(attribute, word))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
