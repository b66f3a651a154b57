import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeUnknownMembers } from '../../../services/cli/home/unknown-members.js';
import { copyOfPolicies } from '../policy/copy-of-policies.js';

test('a folder with rules of an organisation that is not a member is named, with the nearest member', () => {
  const { folder } = copyOfPolicies();
  const members = ['interpol', 'europol', 'afripol', 'ameripol', 'aseanapol', 'gccpol', 'ecopol'];
  expect(describeUnknownMembers(folder, members)).toEqual([]);
  mkdirSync(join(folder, 'eurpol'));
  expect(describeUnknownMembers(folder, members)).toEqual([]);
  writeFileSync(join(folder, 'eurpol/export.cedar'), '');
  expect(describeUnknownMembers(folder, members)).toEqual([
    `\`eurpol\` is not a member of this federation, did you mean \`europol\`: its rules in \`${folder}/eurpol\` are not used`,
  ]);
  expect(describeUnknownMembers(join(folder, 'nowhere'), members)).toEqual([]);
});
