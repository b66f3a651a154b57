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

test('a directory that is not there, or is no YAML, is told by its path', () => {
  const folder = folderWith({ 'federation/directory.yaml': 'organisations: [a\n' });
  for (const path of ['federation/directory.yaml', 'nowhere.yaml']) {
    const error = errorFrom(thrownBy(join(folder, path)));
    expect(error).toMatchObject({ code: 'config-invalid', details: [{ path: join(folder, path) }] });
  }
});
