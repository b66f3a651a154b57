import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jtiOf, type OrgId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf, type RecipientDecision } from '../../../services/shared/ledger/denials.js';
import { eachSaid, spelledOut, withOthers } from '../../../services/shared/ledger/others.js';
import { withShares } from '../../../services/shared/ledger/shares.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { HeldPart, ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { BECAUSE } from '../../../services/shared/notice/because.js';

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
      const notice = { type: 'notice', jti: jtiOf(parseNoticeId(id), 1), digest: digest(id) };
      return [notice as unknown as ReportPart, ...decisions, ...denials];
    }),
  );
const originator = parseOrgId('originator');
/** The parts as a record to these members holds them. */
const heldOf = (parts: readonly ReportPart[], members: readonly OrgId[] = []): readonly HeldPart[] => [
  { type: 'tree', orgs: [...members, originator], decoys: 'A'.repeat(22) },
  ...withOthers(withShares(parts, 'routing'), members),
];
const sorted = (parts: readonly ReportPart[]) =>
  parts.map((part) => (part.type === 'denial' ? { ...part, to: part.to.toSorted() } : part));

const notice = { type: 'notice', jti, digest: digest('notice') };
const decision = { type: 'decision', jti, to: 'a', outcome: 'redacted', withheld: [], rules: [] };
const share = {
  type: 'share',
  jti,
  to: 'a',
  digest: digest('notice'),
  sections: [],
  advertised: [],
  obligations: [],
};

describe('a record that names its members once', () => {
  test('states the same decisions as one that names them in every denial', () => {
    fc.assert(
      fc.property(reports, fc.nat(40), (parts, count) => {
        const members = Array.from({ length: count }, (_, index) => parseOrgId(`org-${index}`));
        expect(sorted(spelledOut(heldOf(parts, members), originator))).toEqual(sorted(parts));
      }),
    );
  });

  test('has the list of members before the first notice, and again only where the list changes', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const denial = (notice: number, ...names: string[]): ReportPart => {
      const id = `01890a5d-ac96-774b-bcce-b302099a805${notice}`;
      return { type: 'denial', jti: jtiOf(parseNoticeId(id), 1), to: to(...names), rules: [] };
    };
    const denials = [denial(1, 'a', 'b'), denial(1, 'c'), denial(2, 'c', 'a', 'b'), denial(3, 'a')];
    const held = withOthers(denials, []);
    expect(held.map(({ type }) => type)).toEqual([
      'members',
      'others',
      'denial',
      'others',
      'members',
      'others',
    ]);
    expect(held[0]).toEqual({ type: 'members', orgs: to('a', 'b', 'c') });
    expect(withOthers(denials, to('b', 'c', 'a')).map(({ type }) => type)).toEqual([
      'others',
      'denial',
      'others',
      'members',
      'others',
    ]);
  });

  test('leaves the parts about a notice unchanged when they name an organisation twice', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const twice: ReportPart[] = [
      { type: 'denial', jti, to: to('a', 'b'), rules: [] },
      { type: 'denial', jti, to: to('b'), rules: [] },
    ];
    expect(withOthers(twice, to('a', 'b'))).toEqual(twice);
  });

  test('can be read for one notice from the parts about it and the lists alone', () => {
    fc.assert(
      fc.property(reports, (parts) => {
        const [about] = parts.flatMap((part) => (part.type === 'denial' ? [part.jti] : []));
        const isAbout = (part: HeldPart) =>
          part.type === 'members' || part.type === 'tree' || ('jti' in part && part.jti === about);
        const read = eachSaid(heldOf(parts).filter(isAbout), originator);
        const meant = spelledOut(heldOf(parts), originator).filter(
          (part) => 'jti' in part && part.jti === about,
        );
        const each = meant.flatMap((part): readonly ReportPart[] =>
          part.type === 'denial' ? eachDenied(part) : [part],
        );
        expect(new Set(read.map((part) => JSON.stringify(part)))).toEqual(
          new Set(each.map((part) => JSON.stringify(part))),
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
    ['a decision whose recipient is shown nothing', [decision]],
    ['a share without a decision', [notice, share]],
    ['a share of a notice that was denied', [notice, { ...decision, outcome: 'denied' }, share]],
    ['a share of another notice', [{ ...notice, digest: digest('other') }, decision, share]],
    ['a share twice', [notice, decision, share, share]],
  ])('with %s is refused', (_, held) => {
    expect(() => spelledOut(held as unknown as readonly HeldPart[], originator)).toThrow(
      expect.objectContaining({ code: 'schema-invalid' }),
    );
  });
});
