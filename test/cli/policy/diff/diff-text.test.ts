import { expect, test } from 'vitest';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import { diffText } from '../../../../services/cli/policy/diff/diff-text.js';
import type { PolicySource } from '../../../../services/cli/policy/diff/policy-source.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import { loosenedText } from '../../../../services/shared/workbench/gate/loosened-text.js';
import { SECTIONS } from '../../../../services/shared/notice/kinds.js';
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

test('diffText: what one rule opens is one row with its routes and every id, and has one command', () => {
  const [from, routes] = [
    'alfa' as OrgId,
    ['bravo', 'charlie', 'delta'].map((to) => ({ originator: 'alfa' as OrgId, recipient: to as OrgId })),
  ];
  const header = {} as Change['kinds'][number]['counterexample']['header'];
  const counterexample = { header, from } as Change['kinds'][number]['counterexample'];
  const changes = SECTIONS.slice(0, 6).map(
    (section, at): Change => ({
      id: `${at}`.repeat(12),
      digest: `${at}`.repeat(64),
      org: from,
      rules: { before: [`alfa-closed-${at}`], after: ['alfa-more'] },
      type: 'loosened',
      layer: 'export',
      permission: 'disclose',
      section,
      kinds: [{ kind: 'red', counterexample, routes: routes.slice(0, 1 + (at % 3)) }],
    }),
  );
  const source: PolicySource = { name: 'it', explainedBy: [] } as never;
  const result = { changes, size: 1n, cut: [], approved: new Set<string>() };
  const text = diffText(result, { before: source, after: source }, output);
  expect(text.match(/alfa → bravo charlie delta/g)).toHaveLength(1);
  expect(text.match(/now opened by alfa-more/g)).toHaveLength(1);
  expect(text.match(/policy explain -/g)).toHaveLength(1);
  for (const { id } of changes) expect(text).toContain(id);
  const sentence = loosenedText(changes as [Change, ...Change[]]);
  expect(sentence).toMatch(
    /^alfa\/export loosens disclose (\w+, ){5}\w+ \(red, alfa → bravo charlie delta; opened by alfa-more, /,
  );
});
