import { describe, expect, test } from 'vitest';
import { parseInvariants } from '../../../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../../../services/shared/workbench/prove/prove-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { alfa, bravo, facts, rule } from '../../policy/folder.js';
import { diffOf, lineOf, versionWith } from './versions.js';

const OPEN = rule('permit (principal, action, resource);', 'open');
const EXPORT = 'alfa/export.cedar';
const FEDERATION = 'federation/rules.cedar';
const OVERFLOW = '9223372036854775807 + 1 == 0';

const withRule = (text: string, id: string): string =>
  rule('permit (principal, action, resource);', `open-${id}`) + rule(text, id);
const when = (condition: string): string => `(principal, action, resource) when { ${condition} };`;

/** A condition that only Cedar evaluates: true exactly for recipients in the group `sea`. */
const ONLY_CEDAR =
  'ip("::1").isInRange(if principal.groups.contains(Group::"sea") then ip("::1") else ip("::2"))';

/** The members, with bravo no longer in `sea`. */
const withoutSea: DirectoryFacts = {
  organisations: new Map(
    [...facts.organisations].map(([id, each]) => [id, id === bravo ? { ...each, groups: ['north'] } : each]),
  ),
};

describe('policy diff, errors', () => {
  test('a route that a newly erring rule denies beside a permit is an error, not a tightening', async () => {
    const erring = { [EXPORT]: OPEN + rule(`forbid ${when(OVERFLOW)}`, 'overflow') };
    const { changes } = await diffOf(versionWith({ [EXPORT]: OPEN }), versionWith(erring));
    expect(changes.map(({ type }) => type)).toContain('errors');
    const receive = changes.filter(({ permission, type }) => permission === 'receive' && type === 'errors');
    expect(receive.map(lineOf)).toEqual(['errors alfa receive +overflow']);
  });

  test('a deny by a rule that becomes one by an error is an error; the same error as before is no change', async () => {
    const closed = { [FEDERATION]: OPEN + rule('forbid (principal, action, resource);', 'no') };
    const erring = {
      [FEDERATION]: closed[FEDERATION] + rule(`forbid ${when(`!(${OVERFLOW})`)}`, 'overflow'),
    };
    const lines = async (before: object, after: object): Promise<readonly string[]> =>
      (await diffOf(versionWith({ ...before }), versionWith({ ...after }))).changes.map(lineOf);
    expect(await lines(closed, erring)).toContain('errors federation receive +overflow');
    expect(await lines(erring, erring)).toEqual([]);
  });
});

describe('policy diff, schema', () => {
  const edited = (
    { sets, directory }: Version,
    edit: (schema: Version['sets']['schema']) => void,
  ): Version => {
    const schema = structuredClone(sets.schema);
    edit(schema);
    return { sets: { ...sets, schema }, directory };
  };
  const typesOf = (schema: Version['sets']['schema']) =>
    schema['']?.entityTypes as unknown as Record<
      string,
      { enum: string[]; shape: { attributes: Record<string, object> } }
    >;
  const attributesOf = (schema: Version['sets']['schema']) =>
    (typesOf(schema)['Notice'] as { shape: { attributes: Record<string, object> } }).shape.attributes;

  test('an attribute that the schema requires and no notice has denies everything by an error', async () => {
    const before = versionWith();
    const after = edited(before, (schema) => {
      attributesOf(schema)['urgent'] = { type: 'EntityOrCommon', name: 'Bool', required: true };
    });
    const { changes, cut } = await diffOf(before, after);
    expect(new Set(changes.map(({ type }) => type))).toEqual(new Set(['errors']));
    expect(changes.filter(({ permission }) => permission === 'receive').map(({ org }) => org)).toContain(
      'federation',
    );
    expect(cut).toEqual([]);
  });

  test('an optional attribute of the schema that no notice has changes nothing: `has` is false for it', async () => {
    const before = versionWith({ [EXPORT]: withRule(`forbid ${when('resource has urgent')}`, 'urgent') });
    const after = edited(before, (schema) => {
      attributesOf(schema)['urgent'] = { type: 'EntityOrCommon', name: 'Bool', required: false };
    });
    expect((await diffOf(before, after)).changes).toEqual([]);
  });

  test('a section that the schema no longer has is denied by an error', async () => {
    const before = versionWith();
    const after = edited(before, (schema) => {
      const section = typesOf(schema)['Section'] as { enum: string[] };
      section.enum = section.enum.filter((word) => word !== 'media');
    });
    const { changes } = await diffOf(before, after);
    const found = new Set(changes.map(({ type, section }) => `${type} ${section}`));
    expect(found).toEqual(new Set(['errors media']));
  });
});

describe('policy diff, members', () => {
  test('the exchange of a member that leaves is tightened, also in a section that leaves the vocabulary', async () => {
    const before = versionWith();
    const { sets, directory } = before;
    const schema = structuredClone(sets.schema);
    const section = schema['']?.entityTypes['Section'] as { enum: string[] };
    section.enum = section.enum.filter((word) => word !== 'media');
    const kept = new Map([...sets.sets].filter(([name]) => !name.startsWith('alfa/')));
    const organisations = new Map([...directory.organisations].filter(([id]) => id !== alfa));
    const after = { sets: { ...sets, schema, sets: kept }, directory: { organisations } };
    const { changes } = await diffOf(before, after);
    const media = changes.filter(({ org, section: of }) => org === alfa && of === 'media');
    expect(new Set(media.map(({ type, layer }) => `${type} ${layer}`))).toEqual(
      new Set(['tightened export', 'tightened import']),
    );
  });
});

describe('policy diff, what only Cedar evaluates', () => {
  const files = { [EXPORT]: withRule(`forbid ${when(ONLY_CEDAR)}`, 'sea') };

  test('a changed fact under a rule that only Cedar evaluates is a change, and the comparison is incomplete', async () => {
    const { changes, cut } = await diffOf(versionWith(files), versionWith(files, withoutSea));
    expect(changes.map(lineOf)).toContain('loosened alfa receive -sea');
    expect(cut).toHaveLength(1);
  });

  test('a rule that only Cedar evaluates, over equal facts, leaves the comparison of others complete', async () => {
    const closed = { ...files, 'bravo/export.cedar': withRule(`forbid ${when('resource.minor')}`, 'minor') };
    const { changes, cut } = await diffOf(versionWith(files), versionWith(closed));
    expect(changes.map(lineOf)).toContain('tightened bravo receive +minor');
    expect(changes.every(({ org }) => org === 'bravo')).toBe(true);
    expect(cut).toEqual([]);
  });

  test('different integers that JSON rounds to one number are different conditions', async () => {
    const [one, two] = ['9223372036854775806', '9223372036854775807'].map((number) =>
      versionWith({ [EXPORT]: withRule(`forbid ${when(`${number} + 1 == 0`)}`, 'add') }),
    );
    const { changes } = await diffOf(one as Version, two as Version);
    expect(changes).not.toEqual([]);
  });
});

describe('policy prove, errors', () => {
  const prove = (version: Version, text: string) =>
    provePolicies(version, parseInvariants({ path: 'invariants.yaml', text }, version.sets.schema));

  test('`always receive` does not hold when a forbid overflows, which denies by an error', () => {
    const text = '- { id: all, says: all is received, when: "true", always: receive }';
    expect(prove(versionWith(), text).proofs[0]).toMatchObject({ holds: true });
    const erring = versionWith({ [EXPORT]: withRule(`forbid ${when(OVERFLOW)}`, 'overflow') });
    expect(prove(erring, text).proofs[0]).toMatchObject({ holds: false });
  });

  test('the proof of an invariant is complete when no condition evaluated only by Cedar can break it', () => {
    const version = versionWith({
      [FEDERATION]: withRule(`forbid ${when('resource.minor')}`, 'minor'),
      [EXPORT]: withRule(`forbid ${when(ONLY_CEDAR)}`, 'sea'),
    });
    const { holds, cut } = prove(
      version,
      '- { id: minor, says: none, when: resource.minor, never: receive }',
    );
    expect([holds, cut]).toEqual([true, []]);
    const open = prove(version, '- { id: all, says: all, when: "!resource.minor", always: receive }');
    expect(open.holds).toBe(false);
    expect(open.cut).toHaveLength(1);
  });
});
