import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  jtiOf,
  type OrgId,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { eachDenied, recordedOf, type RecipientDecision } from '../../../services/shared/ledger/denials.js';
import { eachSaid, spelledOut, withOthers } from '../../../services/shared/ledger/others.js';
import { withShares } from '../../../services/shared/ledger/shares.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { HeldPart, ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { BECAUSE } from '../../../services/shared/notice/because.js';
import { mostReportBytes, roomForReport } from '../../../services/shared/ledger/report-size.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';

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

describe('a report fits into a message', () => {
  const orgs = (count: number, length: number): readonly OrgId[] =>
    Array.from({ length: count }, (_, index) => parseOrgId(String(index).padStart(length, 'a')));

  /** The longest leaves of notice and decision as measured (docs/adr/0006), without salt, framing and name. */
  const [LONGEST_NOTICE, LONGEST_DECISION] = [690, 1_153];
  const padded = (part: object, length: number, name: string): object => {
    const missing = length - JSON.stringify({ ...part, [name]: [''] }).length;
    return { ...part, [name]: ['x'.repeat(Math.max(0, missing))] };
  };
  const worstNotice = (
    number: number,
    given: readonly OrgId[],
    denied: readonly OrgId[],
  ): readonly ReportPart[] => {
    const id = parseNoticeId(`01890a5d-ac96-774b-bcce-b302099a80${String(number).padStart(2, '0')}`);
    const jti = jtiOf(id, 4_503_599_627_370_496);
    const notice = { type: 'notice', jti, digest: digest('notice'), number: 4_503_599_627_370_496, exp: 4e9 };
    const header = padded({ ...notice, attributes: { kind: 'red' } }, LONGEST_NOTICE, 'sections');
    const decisions = given.map((to, at) => {
      // In turn the rules, the shared or the withheld sections make the decision as long as that.
      const name = (['rules', 'sections', 'withheld'] as const)[at % 3] ?? 'rules';
      const decision = { type: 'decision', jti, to: '', outcome: 'redacted', ...nothing, rules: [] };
      return { ...padded(decision, LONGEST_DECISION, name), to };
    });
    // Recipients in no list are denied in the part `others`, which has no names.
    const all = denied.map((recipient) => {
      return {
        ...nothing,
        recipient,
        outcome: 'denied' as const,
        rules: [],
        because: 'not-addressed' as const,
      };
    });
    return [header, ...decisions, ...recordedOf(jti, all).denials] as readonly ReportPart[];
  };

  test('property: the worst frame that a gateway makes is recorded, and fits into a message with its notices', async () => {
    const jwk = await generateKey('hub:hub:1');
    const by = {
      signer: await importSigner(jwk),
      federation: 'demo',
      now: new Date(),
      read: { epoch: 'e'.repeat(36), sequence: 1e12 },
    };
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 511 }),
      length: fc.integer({ min: 3, max: 64 }),
      listed: fc.option(fc.nat(511)),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ count, length, listed }) => {
        const others = orgs(count, length);
        const most = mostReportBytes(listed, others);
        const notices = Math.min(64, Math.max(1, Math.floor(roomForReport(others) / most)));
        const given = others.slice(0, listed ?? count);
        const parts = Array.from({ length: notices }, (_, at) =>
          worstNotice(at, given, others.slice(given.length)),
        );
        const { bytes } = await signReport(
          {
            reason: 'routing',
            org: originator,
            frame: parseFrameId('a'.repeat(64)),
            directory: 1_000,
            members: [...others, originator],
            policies: Object.fromEntries(given.map((org) => [`${org}/import`, digest(org)])),
            bundle: digest('bundle'),
            submission: { number: 1e9, digest: digest('submission') },
            parts: parts.flat(),
          },
          by,
        );
        expect(bytes.length).toBeLessThanOrEqual(Math.max(roomForReport(others), most) + counted(others));
        if (notices * most <= roomForReport(others))
          expect(bytes.length + 512 * 1024).toBeLessThanOrEqual(1_048_576 - 4_096);
      }),
      { numRuns: 30 },
    );
  });

  /** The bytes that `roomForReport` reserves for the members. */
  const counted = (others: readonly OrgId[]): number => roomForReport([]) - roomForReport(others) + 6_200;

  test('full frames of notices to a few are as large in a federation of 200 as in one of seven', () => {
    expect(64 * mostReportBytes(3, orgs(6, 8))).toBeLessThanOrEqual(roomForReport(orgs(6, 8)));
    expect(64 * mostReportBytes(3, orgs(199, 8))).toBeLessThanOrEqual(roomForReport(orgs(199, 8)));
    // Counts each recipient that rules are asked about, and none twice.
    expect(mostReportBytes(null, orgs(6, 8))).toBeGreaterThan(mostReportBytes(3, orgs(6, 8)));
    expect(mostReportBytes(200, orgs(6, 8))).toBe(mostReportBytes(6, orgs(6, 8)));
  });
});
