import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { readFacts } from '../../../services/shared/policy/facts.js';
import { folderWith } from './folder.js';

function thrownBy(folder: string): unknown {
  try {
    return readFacts(folder);
  } catch (thrown) {
    return thrown;
  }
}

test('directory facts: the error about a missing file, or one that is not YAML, names its path', () => {
  const broken = folderWith({ 'federation/directory.yaml': 'organisations: [a\n' });
  for (const [folder, place] of [
    [broken, ':2:1'],
    [join(broken, 'nowhere'), ''],
  ] as const) {
    const path = join(folder, `federation/directory.yaml${place}`);
    expect(errorFrom(thrownBy(folder))).toMatchObject({ code: 'config-invalid', details: [{ path }] });
  }
});

test('directory facts: the error about a file that is not UTF-8 names the place of the byte', () => {
  const folder = folderWith({ 'federation/directory.yaml': '' });
  const path = join(folder, 'federation/directory.yaml');
  writeFileSync(path, Buffer.from('organisations:\n  alfa: { seat: Orl\xe9ans }', 'latin1'));
  expect(errorFrom(thrownBy(folder)).details).toEqual([
    { path: `${path}:2:20`, message: 'the byte 0xe9 is not UTF-8: save the file as UTF-8' },
  ]);
});

test('directory facts: more than 512 members are refused with their number', () => {
  const entry = '{ groups: [], accreditedFor: [], agreements: [] }';
  const members = Array.from({ length: 513 }, (_, index) => `  org${index}: ${entry}\n`).join('');
  const folder = folderWith({ 'federation/directory.yaml': `organisations:\n${members}` });
  expect(errorFrom(thrownBy(folder)).details).toEqual([
    { path: join(folder, 'federation/directory.yaml'), message: 'expected at most 512 members, got 513' },
  ]);
});
