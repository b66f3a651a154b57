import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { readFacts } from '../../../services/shared/policy/facts.js';
import { folderWith } from './folder.js';

function thrownBy(file: string): unknown {
  try {
    return readFacts(file);
  } catch (thrown) {
    return thrown;
  }
}

test('directory facts: the error about a missing file, or one that is not YAML, names its path', () => {
  const folder = folderWith({ 'federation/directory.yaml': 'organisations: [a\n' });
  for (const path of ['federation/directory.yaml', 'nowhere.yaml']) {
    const error = errorFrom(thrownBy(join(folder, path)));
    expect(error).toMatchObject({ code: 'config-invalid', details: [{ path: join(folder, path) }] });
  }
});

test('directory facts: the error about a file that is not UTF-8 names the place of the byte', () => {
  const path = join(folderWith({ 'federation/directory.yaml': '' }), 'federation/directory.yaml');
  writeFileSync(path, Buffer.from('organisations:\n  alfa: { seat: Orl\xe9ans }', 'latin1'));
  expect(errorFrom(thrownBy(path)).details).toEqual([
    { path: `${path}:2:20`, message: 'the byte 0xe9 is not UTF-8: save the file as UTF-8' },
  ]);
});
