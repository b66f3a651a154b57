import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeMember } from '../../../../services/cli/policy/member/write-member.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { folder as shipped } from '../../../policies/sample.js';
import { copyOfPolicies } from '../copy-of-policies.js';

test('writeMember: when a file cannot be written, those before it are as they were and the new folder is gone', () => {
  const { folder } = copyOfPolicies();
  const plan = {
    id: parseOrgId('caricompol'),
    created: [{ path: 'caricompol/export.cedar', text: '// new' }],
    // The last is a folder.
    changed: [
      { path: 'federation/cases.yaml', text: '# changed' },
      { path: 'ecopol', text: '# never written' },
    ],
    notes: [],
  };
  expect(() => writeMember(folder, plan)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining('/ecopol` cannot be written'),
    }),
  );
  const [now, before] = [folder, shipped].map((each) =>
    readFileSync(join(each, 'federation/cases.yaml'), 'utf8'),
  );
  expect(now).toBe(before);
  expect(existsSync(join(folder, 'caricompol'))).toBe(false);
});
