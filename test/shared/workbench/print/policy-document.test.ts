import { expect, test } from 'vitest';
import { policyDocument } from '../../../../services/shared/workbench/print/policy-document.js';
import { groupedSchema, rule } from '../../policy/folder.js';
import { workspaceOfRules } from '../workspace-of-rules.js';

test('policy doc: a rule about an action group names the permissions in the group', () => {
  const workspace = workspaceOfRules({
    'schema.cedarschema': groupedSchema,
    'alfa/export.cedar': rule('permit (principal, action in Action::"exchange", resource);', 'exchange'),
  });
  const documented = policyDocument(workspace).find(({ title }) => title === 'alfa, export');
  expect(documented?.rules.map(({ permissions }) => permissions)).toEqual([['receive', 'disclose']]);
});
