import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChangingCopy, createChangingCopy } from '../../../services/cli/backup/copy-changing.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';

let [from, to] = ['', ''];
beforeEach(() => {
  [from, to] = [mkdtempSync(join(tmpdir(), 'liaison-from-')), mkdtempSync(join(tmpdir(), 'liaison-to-'))];
});
afterEach(() => [from, to].forEach((folder) => rmSync(folder, { recursive: true })));

const write = (name: string, text: string): void => writeFileSync(join(from, name), text);
const copied = (name: string): string => readFileSync(join(to, name), 'utf8');

/** A copy of the files `one` and `other`; `onList` is called with the number of each look at what is there. */
function copyOf(onList: (look: number) => void): ChangingCopy {
  let look = 0;
  const list = (): readonly string[] => {
    look += 1;
    onList(look);
    return ['one', 'other'].filter((name) => existsSync(join(from, name)));
  };
  return createChangingCopy({ from, to, list, reuse: () => Promise.resolve(undefined) });
}

describe('a copy of files that change', () => {
  test('settles when nothing changed while all were copied: a file that was replaced, added or removed meanwhile is copied again', async () => {
    write('one', 'first');
    const copy = copyOf((look) => {
      if (look === 2) write('other', 'added');
      if (look === 4) write('one', 'second');
      if (look === 6) rmSync(join(from, 'other'));
    });
    await copy.settle();
    expect(copied('one')).toBe('second');
    expect(existsSync(join(to, 'other'))).toBe(false);
    const bytes = Buffer.from('second');
    expect([...copy.files()]).toEqual([['one', { bytes: bytes.length, sha256: hexDigest(bytes) }]]);
  });

  test('is given up as `busy` when something changes each time', async () => {
    const copy = copyOf((look) => write('one', `text ${look}`));
    await expect(copy.settle()).rejects.toMatchObject({ code: 'busy' });
  });
});
