import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jtiOf, type OrgId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf, type Said } from '../../../services/shared/ledger/denials.js';
import type { Because } from '../../../services/shared/ledger/record-parts.js';
import { mostReportBytes, roomForReport } from '../../../services/shared/ledger/report-size.js';
import { frames } from '../../../services/shared/wire/frames.js';

const jti = jtiOf(parseNoticeId('01890a5d-ac96-774b-bcce-b302099a8057'), 1);
const nothing = { sections: [], withheld: [], advertised: [], obligations: [] };
const rule = fc.record({
  layer: fc.constantFrom('federation', 'export', 'import'),
  id: fc.constantFrom('a', 'b', 'a,export b'),
});
const REASONS: readonly Because[] = ['not-addressed', 'excluded', 'suspended', 'ended', 'key-revoked'];
const because = fc
  .constantFrom(...REASONS)
  .map((word) => ({ ...nothing, outcome: 'denied', rules: [], because: word }) as const);
const byRules = fc
  .array(rule, { maxLength: 3 })
  .map((rules) => ({ ...nothing, outcome: 'denied', rules }) as const);
const given = fc
  .array(rule, { maxLength: 3 })
  .map((rules) => ({ ...nothing, outcome: 'redacted', sections: ['identity'], rules }) as const);
const said: fc.Arbitrary<readonly Said[]> = fc
  .array(fc.oneof(because, byRules, given), { maxLength: 40 })
  .map((all) => all.map((one, index) => ({ ...one, recipient: parseOrgId(`org-${index}`) })));

describe('what a record says of one notice', () => {
  test('is for every recipient what was decided, however many share a part', () => {
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

  test('is one part for all who are denied by the same, and one for each who gets something', () => {
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

describe('a report fits into a message', () => {
  const orgs = (count: number, length: number): readonly OrgId[] =>
    Array.from({ length: count }, (_, index) => parseOrgId(String(index).padStart(length, 'a')));

  test.each([1, 8, 64])(
    'what a listed notice says of those who are not asked is counted, names of %i letters',
    (length) => {
      const others = orgs(120, Math.max(length, 3));
      const all = others.map((recipient, index) => {
        const word = index < 60 ? ('excluded' as const) : ('not-addressed' as const);
        return { ...nothing, recipient, outcome: 'denied' as const, rules: [], because: word };
      });
      const { denials } = recordedOf(jti, all);
      const bytes = frames.record.encode({
        statement: {
          statement: '',
          leaves: denials.map((part) => ({
            salt: Buffer.alloc(16),
            part: Buffer.from(JSON.stringify(part)),
          })),
        },
        receipts: [],
      });
      // Without what the notice itself takes.
      expect(bytes.length).toBeLessThanOrEqual(mostReportBytes(0, others) - mostReportBytes(null, []));
    },
  );

  test('full frames of notices to a few are as large in a federation of 200 as in one of seven', () => {
    expect(64 * mostReportBytes(3, orgs(6, 8))).toBeLessThanOrEqual(roomForReport(orgs(6, 8)));
    expect(64 * mostReportBytes(3, orgs(199, 8))).toBeLessThanOrEqual(roomForReport(orgs(199, 8)));
    // Whom rules are asked about counts, nobody twice.
    expect(mostReportBytes(null, orgs(6, 8))).toBeGreaterThan(mostReportBytes(3, orgs(6, 8)));
    expect(mostReportBytes(200, orgs(6, 8))).toBe(mostReportBytes(6, orgs(6, 8)));
  });
});
