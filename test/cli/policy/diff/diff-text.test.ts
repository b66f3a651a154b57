import { expect, test } from 'vitest';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import { diffText } from '../../../../services/cli/policy/diff/diff-text.js';
import type { PolicySource } from '../../../../services/cli/policy/diff/policy-source.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import { parseApprovals } from '../../../../services/shared/workbench/diff/approvals.js';

const { stdout, stderr } = process;
const output = createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false });
const org = 'alfa' as OrgId;

function approvalLine(id: string): string {
  const rules = { before: [], after: ['alfa-more'] };
  const change: Change = {
    id,
    digest: id.padEnd(64, '0'),
    org,
    rules,
    type: 'loosened',
    layer: 'export',
    permission: 'receive',
    section: null,
    kinds: [],
  };
  const source = { name: 'it' } as PolicySource;
  const result = { changes: [change], size: 1n, cut: [], approved: new Set<string>() };
  return diffText(result, { before: source, after: source }, output).split('\n').at(-1) ?? '';
}

test.each(['123456789012', '12e456789012', '0123456789ab'])(
  'diffText: the suggested approval line parses as YAML with any id: %s',
  (id) => {
    const text = approvalLine(id).replace('<yyyy-mm-dd>', '2027-01-31');
    const [approval] = parseApprovals({ org, path: 'alfa/approvals.yaml', text });
    expect(approval?.loosening).toBe(id);
  },
);
