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

test('members: the error about a missing file, or one that is not YAML, names its path', () => {
  const broken = folderWith({ 'federation/members.yaml': 'members: [a\n' });
  for (const [folder, place] of [
    [broken, ':2:1'],
    [join(broken, 'nowhere'), ''],
  ] as const) {
    const path = join(folder, `federation/members.yaml${place}`);
    expect(errorFrom(thrownBy(folder))).toMatchObject({ code: 'config-invalid', details: [{ path }] });
  }
});

test('members: the error about a file that is not UTF-8 names the place of the byte', () => {
  const folder = folderWith({ 'federation/members.yaml': '' });
  const path = join(folder, 'federation/members.yaml');
  writeFileSync(path, Buffer.from('members:\n  alfa: { seat: Orl\xe9ans }', 'latin1'));
  expect(errorFrom(thrownBy(folder)).details).toEqual([
    { path: `${path}:2:20`, message: 'the byte 0xe9 is not UTF-8: save the file as UTF-8' },
  ]);
});

test('members: more than 512 members are refused with their number', () => {
  const entry = '{ groups: [], accreditedFor: [], agreements: [] }';
  const members = Array.from({ length: 513 }, (_, index) => `  org${index}: ${entry}\n`).join('');
  const folder = folderWith({
    'federation/members.yaml': `members:\n${members}`,
    'federation/directory.yaml': 'federation: demo\n',
  });
  expect(errorFrom(thrownBy(folder)).details).toEqual([
    { path: join(folder, 'federation/members.yaml'), message: 'expected at most 512 members, got 513' },
  ]);
});

test('members: facts in `directory.yaml` are refused at their place, which names the file they belong in', () => {
  const members = 'members:\n  alfa: { groups: [], accreditedFor: [], agreements: [] }\n';
  const old = 'federation: demo\norganisations:\n  alfa: { quotas: { perMinute: 1 }, groups: [] }\n';
  for (const files of [{ 'federation/members.yaml': members }, {}]) {
    const folder = folderWith({ ...files, 'federation/directory.yaml': old });
    expect(errorFrom(thrownBy(folder))).toMatchObject({
      code: 'config-invalid',
      details: [
        {
          path: `${join(folder, 'federation/directory.yaml')}:3:37`,
          message: '`groups` belongs in federation/members.yaml, under `members`',
        },
      ],
    });
  }
});
