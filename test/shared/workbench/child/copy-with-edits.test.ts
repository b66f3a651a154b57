import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withEdits } from '../../../../services/shared/workbench/child/copy-with-edits.js';

const root = mkdtempSync(join(tmpdir(), 'liaison-copy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a copy of a folder of policies has no hidden file, and nothing behind a link out of it; a link within it is a file', async () => {
  const [folder, outside, scratch] = [join(root, 'policies'), join(root, 'secret'), join(root, 'scratch')];
  for (const path of [join(folder, 'alfa'), join(folder, 'bravo'), scratch])
    mkdirSync(path, { recursive: true });
  writeFileSync(outside, 'secret');
  writeFileSync(join(folder, '.hidden'), '');
  writeFileSync(join(folder, 'alfa/export.cedar'), '// rules');
  symlinkSync(outside, join(folder, 'alfa/import.cedar'));
  symlinkSync('../alfa/export.cedar', join(folder, 'bravo/export.cedar'));
  const edit = { path: 'bravo/import.cedar', text: '// edited' };
  await withEdits({ folder, scratch }, [edit], (copy) => {
    expect(readdirSync(copy, { recursive: true }).toSorted()).toEqual([
      'alfa',
      'alfa/export.cedar',
      'bravo',
      'bravo/export.cedar',
      'bravo/import.cedar',
    ]);
    rmSync(join(folder, 'alfa/export.cedar'));
    expect(readFileSync(join(copy, 'bravo/export.cedar'), 'utf8')).toBe('// rules');
  });
  expect(readdirSync(scratch)).toEqual([]);
});
