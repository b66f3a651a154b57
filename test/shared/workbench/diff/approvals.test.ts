import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { approvedBy, parseApprovals } from '../../../../services/shared/workbench/diff/approvals.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import { accessionOf } from '../../../../services/shared/workbench/diff/accession.js';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { alfa, attributes, bravo, charlie } from '../../policy/folder.js';

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
  digest: ID.padEnd(64, '0'),
  org: alfa,
  layer: 'export',
  permission: 'receive',
  section: null,
  rules: { before: [], after: ['one'] },
  kinds: [],
};
const judge = (text: string, { today = '2026-06-01', org = alfa } = {}) =>
  approvedBy(parseApprovals({ org, path: `${org}/approvals.yaml`, text }), [loosening], {
    today,
    digest: hexDigest,
  });

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
      notes: [
        `bravo/approvals.yaml:1:3: \`${ID}\` must be approved by alfa: it belongs in alfa/approvals.yaml`,
      ],
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

describe('approval of an accession', () => {
  type Ends = readonly [originator: OrgId, recipient: OrgId];
  const opening = (id: string, org: OrgId, ...ends: readonly Ends[]): Change => ({
    ...loosening,
    id,
    digest: id.padEnd(64, '0'),
    org,
    kinds: [
      {
        kind: 'red',
        counterexample: { header: attributes, from: alfa, to: bravo, section: null },
        routes: ends.map(([originator, recipient]) => ({ originator, recipient })),
      },
    ],
  });
  // Charlie joins: alfa gives it two kinds of notices, bravo one; one change of alfa also opens a route to bravo.
  const [first, second, mixed] = [
    opening('aaaaaaaaaaaa', alfa, [alfa, charlie]),
    opening('bbbbbbbbbbbb', alfa, [charlie, alfa]),
    opening('cccccccccccc', alfa, [alfa, charlie], [alfa, bravo]),
  ];
  const changes = [second, first, mixed, opening('dddddddddddd', bravo, [bravo, charlie])];
  const digestOf = (of: readonly Change[], org: OrgId = alfa): string =>
    accessionOf(charlie, of, hexDigest).find((part) => part.org === org)?.digest ?? 'none';
  const entry = (digest: string): string =>
    `- { accession: charlie, digest: '${digest}', approvedBy: [Ada, Ben], reason: joins, until: 2027-01-31 }\n`;
  const apply = (text: string, of = changes, today = '2026-06-01') =>
    approvedBy(parseApprovals({ org: alfa, path, text }), of, { today, digest: hexDigest });

  test('one entry approves everything an organisation opens to the member, and nothing of another or between others', () => {
    expect(apply(entry(digestOf(changes)))).toEqual({ ids: new Set([second.id, first.id]), notes: [] });
    expect(digestOf(changes)).toBe(digestOf(changes.toReversed()));
    expect(digestOf(changes)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('an entry is void once the organisation opens anything more, or anything less, to the member', () => {
    const more = [...changes, opening('eeeeeeeeeeee', alfa, [alfa, charlie])];
    for (const of of [more, [first]]) {
      expect(apply(entry(digestOf(changes)), of)).toEqual({
        ids: new Set(),
        notes: [
          'alfa/approvals.yaml:1:3: the accession of `charlie` loosens more or less than alfa approved: approve its new digest',
        ],
      });
    }
  });

  test('an entry is void in the folder of another organisation, and after its last day', () => {
    expect(apply(entry(digestOf(changes, bravo))).ids.size).toBe(0);
    expect(apply(entry(digestOf(changes)), changes, '2027-02-01')).toEqual({
      ids: new Set(),
      notes: ['alfa/approvals.yaml:1:3: the approval of the accession of `charlie` ended on 2027-01-31'],
    });
    expect(apply(entry(digestOf(changes)), []).notes).toEqual([
      'alfa/approvals.yaml:1:3: the accession of `charlie` loosens no rule of alfa: the approval can be removed',
    ]);
  });

  test.each([
    ['a short digest', entry('aaaaaaaaaaaa'), ':1:33: expected the 64 hex digits'],
    ['a digest that is missing', entry('').replace("digest: '', ", ''), ':1:3: missing field `digest`'],
    [
      'a loosening too',
      entry('a'.repeat(64)).replace('{', `{ loosening: ${ID},`),
      ': unknown field `loosening`',
    ],
    [
      'a malformed member',
      entry('a'.repeat(64)).replace('charlie', 'Charlie'),
      ':1:16: expected the id of the member',
    ],
    ['it twice', entry('a'.repeat(64)).repeat(2), ':2:16: the accession of `charlie` is approved twice'],
    ['one name', entry('a'.repeat(64)).replace('Ada, Ben', 'Ada'), ': expected two different names'],
  ])('an entry with %s is refused with its place', (_, text, expected) => {
    const [code, fault] = faultsOf(text);
    expect([code, fault]).toEqual(['policy-invalid', expect.stringContaining(expected)]);
  });
});
