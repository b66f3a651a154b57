import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Jti,
  jtiOf,
  type OrgId,
  parseNoticeId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf, type RecipientDecision } from '../../../services/shared/ledger/denials.js';
import { heldParts } from '../../../services/shared/ledger/report/held-parts.js';
import { eachSaid, spelledOut } from '../../../services/shared/ledger/report/spelled-out.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { HeldPart, ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { BECAUSE } from '../../../services/shared/notice/because.js';
import { noDisclosures } from '../../support/no-disclosures.js';

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
  .map(
    (rules) =>
      ({ ...nothing, outcome: 'redacted', sections: ['identity'], withheld: ['judicial'], rules }) as const,
  );
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

const noticeOf = (of: Jti): ReportPart =>
  ({
    type: 'notice',
    jti: of,
    digest: digest(of),
    number: 1,
    sections: ['identity', 'judicial'],
  }) as unknown as ReportPart;

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
      return [noticeOf(jtiOf(parseNoticeId(id), 1)), ...decisions, ...denials];
    }),
  );
const originator = parseOrgId('originator');
const report = { originator, reason: 'routing' } as const;
const framingOf = (orgs: readonly string[], ids: readonly string[] = []): readonly HeldPart[] => [
  { type: 'tree', orgs: [...orgs.map(parseOrgId), originator], decoys: 'A'.repeat(22) },
  { type: 'basis', submission: null, policies: {}, rules: { federation: ids, export: [], import: [] } },
];
/** The parts as a record to these members, and to all recipients that get something, holds them. */
const heldOf = (parts: readonly ReportPart[], more: readonly OrgId[] = []): readonly HeldPart[] => {
  const given = parts.flatMap((part) => (part.type === 'decision' ? [part.to] : []));
  const members = [...new Set([...more, ...given])];
  const { rules, parts: held } = heldParts(parts, { reason: 'routing', members, disclosedOf: noDisclosures });
  const basis = { type: 'basis', submission: null, policies: {}, rules } as const;
  return [...framingOf(members).slice(0, 1), basis, ...held];
};
const sorted = (parts: readonly ReportPart[]) =>
  parts.map((part) => (part.type === 'denial' ? { ...part, to: part.to.toSorted() } : part));

const about = { jti, digest: digest('notice'), exp: 1, attributes: {}, sections: ['identity'] };
/** A notice as records hold it. */
const notice = { type: 'notice', ...about, decisions: [], denials: [] };
const decided = { ...notice, decisions: [{ to: 'a', rules: [] }] };
const share = {
  type: 'share',
  to: 'a',
  jti,
  digest: digest('notice'),
  sections: [],
  disclosed: noDisclosures(),
  advertised: [],
  obligations: [],
};

describe('a record that names its members once', () => {
  test('states the same decisions as one that names them in every denial', () => {
    fc.assert(
      fc.property(reports, fc.nat(40), (parts, count) => {
        const members = Array.from({ length: count }, (_, index) => parseOrgId(`org-${index}`));
        expect(sorted(spelledOut(heldOf(parts, members), report))).toEqual(sorted(parts));
      }),
    );
  });

  test('has the list of members before the first notice, and again only where the list changes', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const denied = (at: number, ...all: readonly (readonly string[])[]): readonly ReportPart[] => {
      const of = jtiOf(parseNoticeId(`01890a5d-ac96-774b-bcce-b302099a805${at}`), 1);
      const denials = all.map(
        (names): ReportPart => ({ type: 'denial', jti: of, to: to(...names), rules: [] }),
      );
      return [noticeOf(of), ...denials];
    };
    const report = [...denied(1, ['a', 'b'], ['c']), ...denied(2, ['c', 'a', 'b']), ...denied(3, ['a'])];
    const listed = (members: readonly OrgId[]) =>
      heldParts(report, { reason: 'routing', members, disclosedOf: noDisclosures }).parts.map((part) =>
        part.type === 'members' ? part.orgs : part.type === 'notice' && part.denials.map((one) => one.to),
      );
    const said = [[undefined, ['c']], [undefined]];
    expect(listed([])).toEqual([to('a', 'b', 'c'), ...said, to('a'), [undefined]]);
    expect(listed(to('b', 'c', 'a'))).toEqual([...said, to('a'), [undefined]]);
  });

  test('keeps all names of a notice when an organisation is named twice', () => {
    const to = (...names: string[]) => names.map(parseOrgId);
    const twice: ReportPart[] = [
      noticeOf(jti),
      { type: 'denial', jti, to: to('a', 'b'), rules: [] },
      { type: 'denial', jti, to: to('b'), rules: [] },
    ];
    const { parts } = heldParts(twice, {
      reason: 'routing',
      members: to('a', 'b'),
      disclosedOf: noDisclosures,
    });
    expect(parts).toMatchObject([{ denials: [{ to: to('a', 'b') }, { to: to('b') }] }]);
  });

  test('names each rule once, and decisions name it by its place, counted through the layers', () => {
    const rules = [
      { layer: 'federation', id: 'x' },
      { layer: 'export', id: 'y' },
      { layer: 'import', id: 'x' },
    ] as const;
    const given = { ...nothing, outcome: 'delivered', sections: ['identity', 'judicial'] } as const;
    const { decisions } = recordedOf(
      jti,
      rules.map((_, at): RecipientDecision => {
        return { ...given, recipient: parseOrgId(`org-${at}`), rules: rules.slice(2 - at) };
      }),
    );
    const held = heldParts([noticeOf(jti), ...decisions], {
      reason: 'routing',
      members: [],
      disclosedOf: noDisclosures,
    });
    expect(held.rules).toEqual({ federation: ['x'], export: ['y'], import: ['x'] });
    expect(held.parts[0]).toMatchObject({
      decisions: [{ rules: [2] }, { rules: [1, 2] }, { rules: [0, 1, 2] }],
    });
  });

  test('cannot be made of a decision about a notice that the report does not have', () => {
    const { decisions } = recordedOf(jti, [
      { ...nothing, recipient: parseOrgId('a'), outcome: 'redacted', rules: [] },
    ]);
    expect(() =>
      heldParts(decisions, { reason: 'routing', members: [], disclosedOf: noDisclosures }),
    ).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('can be read for one notice from the parts about it and the lists alone', () => {
    fc.assert(
      fc.property(reports, (parts) => {
        const [named] = parts.flatMap((part) => (part.type === 'denial' ? [part.jti] : []));
        const isAbout = (part: HeldPart) =>
          ['tree', 'basis', 'members'].includes(part.type) || ('jti' in part && part.jti === named);
        const read = eachSaid(heldOf(parts).filter(isAbout), report);
        const meant = spelledOut(heldOf(parts), report).filter((part) => 'jti' in part && part.jti === named);
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
    ['a denial of others when there are no members', [], [{ ...notice, denials: [{ rules: [] }] }]],
    [
      'a denial of others when every member is named elsewhere',
      ['a'],
      [{ ...notice, denials: [{ to: ['a'], rules: [] }, { rules: [] }] }],
    ],
    ['two denials of others', ['a'], [{ ...notice, denials: [{ rules: [] }, { rules: [] }] }]],
    ['a rule that it does not name', ['a'], [{ ...notice, denials: [{ rules: [1] }] }]],
    ['a share without a decision', ['a'], [notice, share]],
    [
      'a share of a section that the notice does not have',
      ['a'],
      [decided, { ...share, sections: ['judicial'] }],
    ],
    ['a share of another notice', ['a'], [{ ...decided, digest: digest('other') }, share]],
    ['a share twice', ['a'], [decided, share, share]],
  ])('with %s is refused', (_, members, held) => {
    const read = (orgs: readonly string[], parts: readonly object[]) =>
      spelledOut([...framingOf(orgs, ['x']), ...parts] as readonly HeldPart[], report);
    expect(() => read(members, held)).toThrow(expect.objectContaining({ code: 'schema-invalid' }));
    expect(read(['a'], [decided, share])).toHaveLength(2);
  });
});
