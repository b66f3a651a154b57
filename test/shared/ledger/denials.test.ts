import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jtiOf, type OrgId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf, type RecipientDecision } from '../../../services/shared/ledger/denials.js';
import { eachSaid, spelledOut, withOthers } from '../../../services/shared/ledger/others.js';
import type { HeldPart, ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { BECAUSE } from '../../../services/shared/notice/because.js';
import { mostReportBytes, roomForReport } from '../../../services/shared/ledger/report-size.js';
import { frames } from '../../../services/shared/wire/frames.js';

const jti = jtiOf(parseNoticeId('01890a5d-ac96-774b-bcce-b302099a8057'), 1);
const nothing = { sections: [], withheld: [], advertised: [], obligations: [] };
const rule = fc.record({
  layer: fc.constantFrom('federation', 'export', 'import'),
  id: fc.constantFrom('a', 'b', 'a,export b'),
});
const because = fc
  .constantFrom(...BECAUSE)
  .map((word) => ({ ...nothing, outcome: 'denied', rules: [], because: word }) as const);
const byRules = fc
  .array(rule, { maxLength: 3 })
  .map((rules) => ({ ...nothing, outcome: 'denied', rules }) as const);
const given = fc
  .array(rule, { maxLength: 3 })
  .map((rules) => ({ ...nothing, outcome: 'redacted', sections: ['identity'], rules }) as const);
const said: fc.Arbitrary<readonly RecipientDecision[]> = fc
  .array(fc.oneof(because, byRules, given), { maxLength: 40 })
  .map((all) => all.map((one, index) => ({ ...one, recipient: parseOrgId(`org-${index}`) })));

describe('the parts of a record about one notice', () => {
  test('give each recipient its decision, however many share a part', () => {
    fc.assert(
      fc.property(said, (all) => {
        const { decisions, denials } = recordedOf(jti, all);
        const read = [...decisions, ...denials.flatMap(eachDenied)].map(({ type, to, ...part }) => [
          to,
          type,
          part,
        ]);
        const meant = all.map(({ recipient, ...one }) => [recipient, 'decision', { jti, ...one }]);
        expect(read).toHaveLength(meant.length);
        expect(new Map(read.map(([to, ...rest]) => [to, rest]))).toEqual(
          new Map(meant.map(([to, ...rest]) => [to, rest])),
        );
      }),
    );
  });

  test('are one for all recipients denied for the same reason, and one for each that receives something', () => {
    fc.assert(
      fc.property(said, (all) => {
        const { decisions, denials } = recordedOf(jti, all);
        const reasons = all
          .filter(({ outcome }) => outcome === 'denied')
          .map(({ rules, because: word }) => JSON.stringify([word, rules]));
        expect(denials).toHaveLength(new Set(reasons).size);
        expect(decisions.map(({ to }) => to)).toEqual(
          all.filter(({ outcome }) => outcome !== 'denied').map(({ recipient }) => recipient),
        );
      }),
    );
  });
});

/** Notices to the same members, or with one member more from some notice on. */
const reports = fc
  .tuple(fc.array(said, { minLength: 1, maxLength: 5 }), fc.nat(5))
  .map(([notices, joined]): readonly ReportPart[] =>
    notices.flatMap((all, at) => {
      const id = `01890a5d-ac96-774b-bcce-b302099a805${at}`;
      const newcomer = {
        ...nothing,
        outcome: 'denied',
        rules: [],
        recipient: parseOrgId('newcomer'),
      } as const;
      const { decisions, denials } = recordedOf(
        jtiOf(parseNoticeId(id), 1),
        at < joined ? all : [...all, newcomer],
      );
      return [...decisions, ...denials];
    }),
  );
const sorted = (parts: readonly HeldPart[]) =>
  parts.map((part) => (part.type === 'denial' ? { ...part, to: part.to.toSorted() } : part));

describe('a record that names its members once', () => {
  test('states the same decisions as one that names them in every denial', () => {
    fc.assert(
      fc.property(reports, (parts) => {
        expect(sorted(spelledOut(withOthers(parts)))).toEqual(sorted(parts));
      }),
    );
  });

  test('has the list of members before the first notice, and again only where the list changes', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const denial = (notice: number, ...names: string[]): ReportPart => {
      const id = `01890a5d-ac96-774b-bcce-b302099a805${notice}`;
      return { type: 'denial', jti: jtiOf(parseNoticeId(id), 1), to: to(...names), rules: [] };
    };
    const held = withOthers([denial(1, 'a', 'b'), denial(1, 'c'), denial(2, 'c', 'a', 'b'), denial(3, 'a')]);
    expect(held.map(({ type }) => type)).toEqual([
      'members',
      'others',
      'denial',
      'others',
      'members',
      'others',
    ]);
    expect(held[0]).toEqual({ type: 'members', orgs: to('a', 'b', 'c') });
  });

  test('leaves the parts about a notice unchanged when they name an organisation twice', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const twice: ReportPart[] = [
      { type: 'denial', jti, to: to('a', 'b'), rules: [] },
      { type: 'denial', jti, to: to('b'), rules: [] },
    ];
    expect(withOthers(twice)).toEqual(twice);
  });

  test('can be read for one notice from the parts about it and the lists alone', () => {
    fc.assert(
      fc.property(reports, (parts) => {
        const [about] = parts.flatMap((part) => (part.type === 'denial' ? [part.jti] : []));
        const isAbout = (part: HeldPart) => part.type === 'members' || part.jti === about;
        const read = eachSaid(withOthers(parts).filter(isAbout));
        expect(new Set(read.map((part) => JSON.stringify(part)))).toEqual(
          new Set(eachSaid(parts.filter(isAbout)).map((part) => JSON.stringify(part))),
        );
      }),
    );
  });

  test.each([
    ['`others` without a list', [{ type: 'others', jti, rules: [] }]],
    [
      '`others` when every member is named elsewhere',
      [
        { type: 'members', orgs: ['a'] },
        { type: 'denial', jti, to: ['a'], rules: [] },
        { type: 'others', jti, rules: [] },
      ],
    ],
    [
      '`others` twice for one notice',
      [
        { type: 'members', orgs: ['a'] },
        { type: 'others', jti, rules: [] },
        { type: 'others', jti, rules: [] },
      ],
    ],
  ])('with %s is refused', (_, held) => {
    expect(() => spelledOut(held as unknown as readonly HeldPart[])).toThrow(
      expect.objectContaining({ code: 'schema-invalid' }),
    );
  });
});

describe('a report fits into a message', () => {
  const orgs = (count: number, length: number): readonly OrgId[] =>
    Array.from({ length: count }, (_, index) => parseOrgId(String(index).padStart(length, 'a')));

  test.each([1, 8, 64])(
    'the size bound covers recipients denied without rules by listed notices: names of %i letters',
    (length) => {
      const others = orgs(120, Math.max(length, 3));
      const all = others.map((recipient, index) => {
        const word = index < 60 ? ('excluded' as const) : ('not-addressed' as const);
        return { ...nothing, recipient, outcome: 'denied' as const, rules: [], because: word };
      });
      const { denials } = recordedOf(jti, all);
      const again = recordedOf(jtiOf(parseNoticeId('01890a5d-ac96-774b-bcce-b302099a8058'), 1), all).denials;
      const leaves = withOthers([...denials, ...again]).map((part) => {
        return { salt: Buffer.alloc(16), part: Buffer.from(JSON.stringify(part)) };
      });
      const bytes = frames.record.encode({ statement: { statement: '', leaves }, receipts: [] });
      // Leaves out the bytes of the notices themselves and of the digests of rules.
      const counted = 2 * (mostReportBytes(60, others) - mostReportBytes(null, []));
      const ofMembers = roomForReport([]) - roomForReport(others) - others.length * 90;
      expect(bytes.length).toBeLessThanOrEqual(counted + ofMembers);
    },
  );

  test('full frames of notices to a few are as large in a federation of 200 as in one of seven', () => {
    expect(64 * mostReportBytes(3, orgs(6, 8))).toBeLessThanOrEqual(roomForReport(orgs(6, 8)));
    expect(64 * mostReportBytes(3, orgs(199, 8))).toBeLessThanOrEqual(roomForReport(orgs(199, 8)));
    // Counts each recipient that rules are asked about, and none twice.
    expect(mostReportBytes(null, orgs(6, 8))).toBeGreaterThan(mostReportBytes(3, orgs(6, 8)));
    expect(mostReportBytes(200, orgs(6, 8))).toBe(mostReportBytes(6, orgs(6, 8)));
  });
});
