import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import type { Kind } from '../../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import type { DirectoryFacts, OrganisationFacts } from '../../../../services/shared/policy/facts.js';
import type { PolicySets } from '../../../../services/shared/policy/policies.js';
import { formatRules } from '../../../../services/shared/workbench/print/format-rules.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import { domainOf } from '../../../support/plain-domain.js';
import { alfa, bravo, charlie, facts, groupedSchema, rule } from '../../policy/folder.js';
import { federationOf, fewRules } from '../space/conditions.js';
import { diffOf, lineOf, versionWith } from './versions.js';

const SCHEMA = fileURLToPath(new URL('../../../../policies/schema.cedarschema', import.meta.url));
const OPEN = rule('permit (principal, action, resource);', 'open');
const EXPORT = 'alfa/export.cedar';

async function linesOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { changes } = await diffOf(versionWith(before), versionWith(after));
  return changes.map(lineOf);
}

const when = (condition: string): string => `when { ${condition} };`;
const receive = (effect: string, id: string, condition = 'true'): string =>
  rule(`${effect} (principal, action == Action::"receive", resource) ${when(condition)}`, id);
const disclose = (effect: string, id: string, condition = 'true'): string =>
  rule(`${effect} (principal, action == Action::"disclose", resource) ${when(condition)}`, id);
const advertise = (effect: string, id: string, condition = 'true'): string =>
  rule(`${effect} (principal, action == Action::"advertise", resource) ${when(condition)}`, id);
const obliging = (duty: string, text: string): string => text.replace('\n', `\n@obligation("${duty}")\n`);
const IDENTITY = 'context.section == Section::"identity"';

describe('policy diff', () => {
  test('equal versions have no changes, over all decisions that rules distinguish', async () => {
    const { changes, size, cut } = await diffOf(versionWith(), versionWith());
    expect([changes, cut]).toEqual([[], []]);
    expect(size).toBeGreaterThan(0n);
  });

  test('another permit loosens and another forbid tightens, in every layer', async () => {
    const closed = disclose('permit', 'all') + receive('permit', 'red', 'resource.kind == Kind::"red"');
    const open = closed + receive('permit', 'blue', 'resource.kind == Kind::"blue"');
    expect(await linesOf({ [EXPORT]: closed }, { [EXPORT]: open })).toEqual(['loosened alfa receive +blue']);
    const forbidding = OPEN + receive('forbid', 'no-red', 'resource.kind == Kind::"red"');
    expect(await linesOf({ [EXPORT]: OPEN }, { [EXPORT]: forbidding })).toEqual([
      'tightened alfa receive +no-red',
    ]);
    const imports = { 'bravo/import.cedar': OPEN };
    expect(await linesOf(imports, { 'bravo/import.cedar': forbidding })).toEqual([
      'tightened bravo receive +no-red',
    ]);
  });

  test('a forbid on an action group tightens each permission in the group', async () => {
    const grouped = { 'schema.cedarschema': groupedSchema };
    const exchange = rule('forbid (principal, action in Action::"exchange", resource);', 'no-exchange');
    const lines = await linesOf({ ...grouped, [EXPORT]: OPEN }, { ...grouped, [EXPORT]: OPEN + exchange });
    expect(lines).toContain('tightened alfa receive +no-exchange');
    expect(lines).toContain('tightened alfa disclose media +no-exchange');
  });

  test('a route that another layer keeps closed is no change', async () => {
    const open = { 'alfa/export.cedar': OPEN + receive('forbid', 'no-red', 'resource.kind == Kind::"red"') };
    const federation = { 'federation/rules.cedar': receive('forbid', 'no') + receive('permit', 'yes') };
    const [before, after] = [
      { ...open, ...federation },
      { [EXPORT]: OPEN, ...federation },
    ];
    expect(await linesOf(before, after)).toEqual([]);
  });

  test('when several layers must open, each of them is a loosening', async () => {
    const no = OPEN + receive('forbid', 'no-alfa');
    const before = {
      [EXPORT]: no,
      'bravo/import.cedar': no.replace('no-alfa', 'no-bravo').replace('open', 'o'),
    };
    const after = { [EXPORT]: OPEN, 'bravo/import.cedar': OPEN.replace('open', 'o') };
    const lines = await linesOf(before, after);
    expect(lines).toContain('loosened alfa receive -no-alfa');
    expect(lines).toContain('loosened bravo receive -no-bravo');
  });

  test('a lost obligation is a loosening, a gained one a tightening', async () => {
    const plain = receive('permit', 'all') + disclose('permit', 'sections');
    const bound = { [EXPORT]: obliging('ask-first', plain) };
    expect(await linesOf(bound, { [EXPORT]: plain })).toEqual(['loosened alfa receive -all ask-first']);
    expect(await linesOf({ [EXPORT]: plain }, bound)).toEqual(['tightened alfa receive +all ask-first']);
  });

  test('an obligation that another rule still carries is not lost', async () => {
    const twice =
      obliging('ask-first', receive('permit', 'one')) + obliging('ask-first', receive('permit', 'two'));
    const once = obliging('ask-first', receive('permit', 'one')) + receive('permit', 'two');
    const lines = await linesOf({ [EXPORT]: twice }, { [EXPORT]: once });
    expect(lines).toEqual(['reason alfa receive']);
  });

  test('an obligation that the whole notice carries is not lost with a section', async () => {
    const whole = obliging('ask-first', receive('permit', 'all'));
    const bound = obliging('ask-first', disclose('permit', 'identity', IDENTITY));
    const free = disclose('permit', 'identity', IDENTITY);
    expect(await linesOf({ [EXPORT]: whole + bound }, { [EXPORT]: whole + free })).toEqual([
      'reason alfa disclose identity',
    ]);
    const bare = receive('permit', 'all');
    expect(await linesOf({ [EXPORT]: bare + bound }, { [EXPORT]: bare + free })).toEqual([
      'loosened alfa disclose identity -identity ask-first',
    ]);
  });

  test('advertising a section loosens, and disclosing it then loosens too', async () => {
    const base = receive('permit', 'all');
    const advertised = base + advertise('permit', 'tell', IDENTITY);
    const disclosed = advertised + disclose('permit', 'give', IDENTITY);
    expect(await linesOf({ [EXPORT]: base }, { [EXPORT]: advertised })).toEqual([
      'loosened alfa advertise identity +tell',
    ]);
    expect(await linesOf({ [EXPORT]: advertised }, { [EXPORT]: disclosed })).toEqual([
      'loosened alfa disclose identity +give',
    ]);
    expect(await linesOf({ [EXPORT]: disclosed }, { [EXPORT]: advertised })).toEqual([
      'tightened alfa disclose identity -give',
    ]);
  });

  test('a section of a notice that no member receives is no change', async () => {
    const closed = disclose('permit', 'give', IDENTITY);
    expect(
      await linesOf({ [EXPORT]: receive('forbid', 'no') }, { [EXPORT]: receive('forbid', 'no') + closed }),
    ).toEqual([]);
  });

  test('a recipient that may no longer read the text of H3 no longer receives such notices', async () => {
    const noNote = OPEN + disclose('forbid', 'no-note', 'context.section == Section::"handlingNote"');
    const { changes } = await diffOf(
      versionWith({ 'bravo/import.cedar': OPEN }),
      versionWith({ 'bravo/import.cedar': noNote }),
    );
    expect(changes.map(lineOf)).toEqual([
      'tightened bravo receive +no-note',
      'tightened bravo disclose handlingNote +no-note',
    ]);
    expect(changes[0]?.kinds[0]?.counterexample).toMatchObject({
      header: { kind: 'red', codes: ['H3'] },
      from: 'alfa',
      to: 'bravo',
      section: null,
    });
  });

  test('another rule, or other annotations, for the same outcome change the reason only', async () => {
    const [one, other] = [receive('permit', 'one'), receive('permit', 'other')];
    expect(await linesOf({ [EXPORT]: one }, { [EXPORT]: other })).toEqual([
      'reason alfa receive -one +other',
    ]);
    const reworded = one.replace('because', 'for another reason');
    expect(await linesOf({ [EXPORT]: one }, { [EXPORT]: reworded })).toEqual(['reason alfa receive']);
  });

  test('a route that only several rules together open is a change of its own', async () => {
    const to = (id: string): string => `principal.id == OrgId::"${id}"`;
    const open = receive('permit', 'yes') + disclose('permit', 'sections');
    const closed =
      open +
      receive('forbid', 'one', `${to('bravo')} || ${to('alfa')}`) +
      receive('forbid', 'two', `${to('charlie')} || ${to('alfa')}`);
    const path = 'federation/rules.cedar';
    const { changes } = await diffOf(versionWith({ [path]: closed }), versionWith({ [path]: open }));
    const recipients = changes.map((change) => {
      const routes = change.kinds.flatMap(({ routes }) => routes.map(({ recipient }) => recipient));
      return [lineOf(change), [...new Set(routes)]];
    });
    expect(Object.fromEntries(recipients)).toEqual({
      'loosened federation receive -one': ['bravo'],
      'loosened federation receive -two': ['charlie'],
      'loosened federation receive -one -two': ['alfa'],
    });
  });

  test('several rules together are no change of their own when each is reported for the same kinds and routes', async () => {
    const open = receive('permit', 'yes') + disclose('permit', 'sections');
    const code = (word: string): string => `resource.codes.contains(HandlingCode::"${word}")`;
    const closed = open + receive('forbid', 'one', code('H0')) + receive('forbid', 'two', code('H1'));
    const lines = await linesOf({ [EXPORT]: closed }, { [EXPORT]: open });
    expect(lines.toSorted()).toEqual(['loosened alfa receive -one', 'loosened alfa receive -two']);
  });

  test('the id of a change does not depend on other changes, but on its kinds', async () => {
    const base = receive('permit', 'red', 'resource.kind == Kind::"red"');
    const blue = base + receive('permit', 'more', 'resource.kind == Kind::"blue"');
    const both = base + receive('permit', 'more', '[Kind::"blue", Kind::"black"].contains(resource.kind)');
    const idOf = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
      const { changes } = await diffOf(versionWith({ [EXPORT]: base }), versionWith(files));
      return changes.find(({ org, type }) => org === 'alfa' && type === 'loosened')?.id;
    };
    const id = await idOf({ [EXPORT]: blue });
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    const besides = { 'charlie/export.cedar': OPEN + receive('forbid', 'no') };
    expect(await idOf({ [EXPORT]: blue, ...besides })).toBe(id);
    expect(await idOf({ [EXPORT]: both })).not.toBe(id);
  });

  test('a change keeps its id when its rules are only formatted, their annotations and comments included', async () => {
    const before = receive('forbid', 'kept', 'resource.kind == Kind::"red"');
    const after = receive('permit', 'more', 'resource.kind == Kind::"red" && resource.tlp == Tlp::"green"');
    const loose = (text: string): string =>
      text
        .replace(/@id\("(.*?)"\)\s*@reason\("(.*?)"\)/, '@reason( "$2" )\n  @id("$1") // a remark')
        .replace('when { ', 'when\n{ // another\n    (')
        .replace(' };', ' )\n};');
    const idsOf = async (lay: (text: string) => string): Promise<readonly string[]> => {
      const versions = [before, disclose('permit', 'sections') + after].map((text) =>
        versionWith({ [EXPORT]: lay(text) }),
      );
      const { changes } = await diffOf(versions[0] as Version, versions[1] as Version);
      return changes.map(({ id }) => id);
    };
    const ids = await idsOf((text) => text);
    expect(ids.length).toBeGreaterThan(0);
    expect(loose(after)).not.toBe(after);
    expect(await idsOf(loose)).toEqual(ids);
    expect(await idsOf((text) => formatRules({ path: EXPORT, text: loose(text) }))).toEqual(ids);
  });

  describe('a loosening gets another id, so that its approval is no longer valid, when', () => {
    const RED = 'resource.kind == Kind::"red"';
    const BRAVO = `${RED} && principal.id == OrgId::"bravo"`;
    const SHARP = `${BRAVO} && resource.tlp == Tlp::"green"`;
    const sections = disclose('permit', 'sections');
    const permitted = (condition: string): string => sections + receive('permit', 'given', condition);
    const forbidden = (condition: string): string => OPEN + receive('forbid', 'kept', condition);
    const idOf = async (
      before: string,
      after: string,
      directory: DirectoryFacts = facts,
    ): Promise<string | undefined> => {
      const versions = [before, after].map((text) => versionWith({ [EXPORT]: text }, directory));
      const { changes } = await diffOf(versions[0] as Version, versions[1] as Version);
      const [first, ...more] = changes.filter(({ type }) => type === 'loosened');
      expect([first?.id, more]).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/), []]);
      return first?.id;
    };

    test.each([
      {
        law: 'the permit that opens loses a condition',
        before: sections,
        approved: permitted(SHARP),
        wider: permitted(BRAVO),
      },
      {
        law: 'the permit that opens names more recipients',
        before: sections,
        approved: permitted(BRAVO),
        wider: permitted(RED),
      },
      {
        law: 'a forbid is narrowed further',
        before: forbidden(RED),
        approved: forbidden(BRAVO),
        wider: forbidden(SHARP),
      },
    ])('$law', async ({ before, approved, wider }) => {
      expect(await idOf(before, approved)).not.toBe(await idOf(before, wider));
    });

    test('the removed forbid closed more', async () => {
      expect(await idOf(forbidden(SHARP), OPEN)).not.toBe(await idOf(forbidden(BRAVO), OPEN));
    });

    test('more members meet the conditions of the rule', async () => {
      const organisations = new Map(facts.organisations);
      organisations.set(charlie, { ...factsOf(charlie), groups: ['sea', 'south'] });
      const after = permitted('principal.groups.contains(Group::"sea")');
      expect(await idOf(sections, after)).not.toBe(await idOf(sections, after, { organisations }));
    });

    describe('the rules stay, and', () => {
      const ACCREDITED = 'principal.accreditedFor.contains(resource.classification)';
      const idFrom = async (before: Version, after: Version): Promise<string | undefined> =>
        (await diffOf(before, after)).changes.find(({ type }) => type === 'loosened')?.id;

      test('a member is accredited for something else', async () => {
        const rules = { [EXPORT]: permitted(ACCREDITED) };
        const accredited = (...accreditedFor: readonly string[]): Version => {
          const organisations = new Map(facts.organisations);
          organisations.set(charlie, { ...factsOf(charlie), accreditedFor });
          return versionWith(rules, { organisations });
        };
        const [none, some] = [accredited('basic'), accredited('basic', 'restricted')];
        const approved = await idFrom(none, some);
        expect(approved).not.toBe(await idFrom(none, accredited('basic', 'confidential')));
        expect(approved).toBe(await idFrom(none, accredited('restricted', 'basic')));
      });

      test('the schema has another new word', async () => {
        const schema = readFileSync(SCHEMA, 'utf8');
        const withWord = (word: string): Version =>
          versionWith({ 'schema.cedarschema': schema.replace('"other"\n', `"other", "${word}"\n`) });
        const [tax, fire] = await Promise.all(
          ['tax', 'fire'].map((word) => idFrom(versionWith(), withWord(word))),
        );
        expect(tax).toMatch(/^[0-9a-f]{12}$/);
        expect(tax).not.toBe(fire);
      });
    });

    test('an agreement with a member that joins is no other fact: the directory has it before the rules', async () => {
      const before = { [EXPORT]: sections };
      const after = { [EXPORT]: permitted(RED) };
      const joining = (agreements: OrganisationFacts['agreements']): DirectoryFacts => {
        const known = [...facts.organisations].filter(([id]) => id !== charlie);
        return { organisations: new Map(known.map(([id, each]) => [id, { ...each, agreements }])) };
      };
      const ids = await Promise.all(
        [joining([]), joining([charlie])].map(async (known) => {
          const { changes } = await diffOf(versionWith(before, known), versionWith(after));
          return changes.filter(({ type }) => type === 'loosened').map(({ id }) => id);
        }),
      );
      expect(ids[0]).not.toEqual([]);
      expect(ids[0]).toEqual(ids[1]);
    });

    test('another obligation is lost', async () => {
      const given = receive('permit', 'given', RED);
      const lost = async (duty: string) => idOf(sections + obliging(duty, given), sections + given);
      expect(await lost('ask-first')).not.toBe(await lost('ask-twice'));
    });
  });
});

const factsOf = (id: OrgId): OrganisationFacts => facts.organisations.get(id) as OrganisationFacts;

describe('policy diff, on generated rules', () => {
  const recipient = factsOf(bravo);

  /** Returns the kinds with a notice that only one version opens, found notice by notice. */
  function kindsOneByOne(before: PolicySets, after: PolicySets): ReadonlySet<Kind> | undefined {
    const rules = [before, after].flatMap(({ sets }) => sets.get('federation')?.rules ?? []);
    const domain = domainOf(before.schema, {
      originator: alfa,
      recipient,
      rules: [
        ...rules.map(({ json }) => json),
        // Makes the domain hold every kind.
        ...(federationOf(EACH_KIND).sets.get('federation')?.rules ?? []).map(({ json }) => json),
      ],
    });
    if (domain.size > 10_000) return undefined;
    const [old, now] = [createCompiledEngine(before), createCompiledEngine(after)];
    const kinds = new Set<Kind>();
    for (const notice of domain) {
      const question = { permission: 'receive' as const, recipient, notice };
      const [was, is] = [old, now].map((engine) => engine.evaluate('federation', question).decision);
      if (was === 'deny' && is === 'allow') kinds.add(notice.kind);
    }
    return kinds;
  }

  test('it finds exactly the loosened kinds that a search notice by notice finds, each with a true counterexample', async () => {
    const compare = async (some: readonly string[], others: readonly string[]): Promise<void> => {
      // Every section is open; otherwise the text of H3 would close what the rules under test open.
      const [before, after] = [
        federationOf([...some, SECTIONS_OPEN]),
        federationOf([...others, SECTIONS_OPEN]),
      ];
      const expected = kindsOneByOne(before, after);
      fc.pre(expected !== undefined);
      const { changes } = await diffOf({ sets: before, directory: facts }, { sets: after, directory: facts });
      const loosened = changes
        .filter(({ type, permission }) => type === 'loosened' && permission === 'receive')
        .flatMap(({ kinds }) => kinds)
        .filter(({ routes }) =>
          routes.some((route) => route.originator === alfa && route.recipient === bravo),
        );
      expect(new Set(loosened.map(({ kind }) => kind))).toEqual(expected);
      for (const { counterexample } of loosened) {
        const to = factsOf(counterexample.to);
        const question = { permission: 'receive' as const, recipient: to, notice: counterexample.header };
        expect(createCompiledEngine(before).evaluate('federation', question).decision).toBe('deny');
        expect(createCompiledEngine(after).evaluate('federation', question).decision).toBe('allow');
      }
    };
    await fc.assert(fc.asyncProperty(fewRules, fewRules, compare), { numRuns: 15 });
  });
});

const SECTIONS_OPEN = 'permit (principal, action == Action::"disclose", resource);';
const EACH_KIND = ['red', 'yellow', 'blue', 'black', 'green', 'orange', 'purple', 'un-special', 'silver'].map(
  (kind) =>
    `forbid (principal, action == Action::"receive", resource) when { resource.kind == Kind::"${kind}" };`,
);
