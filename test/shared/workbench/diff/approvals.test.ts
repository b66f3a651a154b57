import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { approvedBy, parseApprovals } from '../../../../services/shared/workbench/diff/approvals.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import { alfa, bravo } from '../../policy/folder.js';

const ID = '0123456789ab';
const path = 'alfa/approvals.yaml';
const approval = (change: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    loosening: ID,
    approvedBy: '[Ada, Ben]',
    reason: 'agreed',
    until: '2027-01-31',
    ...change,
  };
  return `- { ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')} }\n`;
};
const faultsOf = (text: string): readonly string[] => {
  try {
    parseApprovals({ org: alfa, path, text });
  } catch (thrown) {
    const { code, details } = errorFrom(thrown);
    return [code, ...details.map((detail) => `${detail.path}: ${detail.message}`)];
  }
  return [];
};
const loosening: Change = {
  type: 'loosened',
  id: ID,
  org: alfa,
  layer: 'export',
  permission: 'receive',
  section: null,
  rules: { before: [], after: ['one'] },
  kinds: [],
};
const judge = (text: string, { today = '2026-06-01', org = alfa } = {}) =>
  approvedBy(parseApprovals({ org, path: `${org}/approvals.yaml`, text }), [loosening], today);

describe('approvals of loosenings', () => {
  test('approves a loosening by two different names to the end of its last day', () => {
    expect(judge(approval())).toEqual({ ids: new Set([ID]), notes: [] });
    expect(judge(approval(), { today: '2027-01-31' }).ids.size).toBe(1);
    expect(judge('')).toEqual({ ids: new Set(), notes: [] });
  });

  test('an approval that has ended is invalid, with its place', () => {
    const { ids, notes } = judge(approval(), { today: '2027-02-01' });
    expect(ids.size).toBe(0);
    expect(notes).toEqual([`alfa/approvals.yaml:1:3: the approval of \`${ID}\` ended on 2027-01-31`]);
  });

  test('an approval of an unknown loosening, or of another organisation’s, is a note', () => {
    expect(judge(approval({ loosening: 'abcdefabcdef' })).notes).toEqual([
      'alfa/approvals.yaml:1:3: no loosening `abcdefabcdef`: the approval can be removed',
    ]);
    expect(judge(approval(), { org: bravo })).toEqual({
      ids: new Set(),
      notes: [`bravo/approvals.yaml:1:3: \`${ID}\` is alfa's to approve: it belongs in alfa/approvals.yaml`],
    });
  });

  test.each([
    ['an unknown field', approval({ aproved: 'x' }), ':1:89: unknown field `aproved`'],
    [
      'one name twice',
      approval({ approvedBy: '[Ada, " ada"]' }),
      ':1:48: ` ada` is named twice: an approval needs two different names',
    ],
    ['one name', approval({ approvedBy: '[Ada]' }), ':1:42: expected two different names'],
    ['no id', approval({ loosening: 'red' }), ':1:16: expected the 12 hex digits that `policy diff` prints'],
    ['not a day', approval({ until: '2027-02-30' }), ':1:77: `2027-02-30` is not a day'],
    ['no end', approval().replace(/, until: [^ ]*/, ''), ':1:3: missing field `until`'],
    ['no date', approval({ until: 'soon' }), ':1:77: expected a day such as 2027-01-31'],
    ['no YAML', '- {', ':1:4: '],
    [
      'twice the same',
      approval() + approval(),
      `:2:16: \`${ID}\` is approved twice: see alfa/approvals.yaml:1:3`,
    ],
  ])('%s is refused with its place', (_, text, expected) => {
    const [code, fault] = faultsOf(text);
    expect(code).toBe('policy-invalid');
    expect(fault).toContain(`${path}${expected}`);
  });
});
