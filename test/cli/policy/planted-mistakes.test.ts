import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { type Ran, runLine } from './run-line.js';

const SHIPPED = join(projectRoot, 'policies');
const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

/** Copies the shipped policies. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  copies.push(folder);
  cpSync(SHIPPED, folder, { recursive: true });
  return folder;
}

/** Replaces the first `right` of a file by `wrong`; returns the place of the expected finding. */
function plant(folder: string, { file, right, wrong, at = wrong }: Planted): string {
  const before = readFileSync(join(folder, file), 'utf8');
  const offset = before.indexOf(right);
  if (offset === -1) throw new Error(`no \`${right}\` in ${file}`);
  const text = `${before.slice(0, offset)}${wrong}${before.slice(offset + right.length)}`;
  writeFileSync(join(folder, file), text);
  const above = text.slice(0, text.indexOf(at, offset)).split('\n');
  return `${file}:${above.length}:${(above.at(-1) ?? '').length + 1}`;
}

interface Planted {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** The text at the place of the finding, when it is not `wrong`: the next occurrence after it. */
  readonly at?: string;
}

interface Mistake extends Planted {
  readonly what: string;
  readonly says: string;
  /** True for a mistake that hides others, such as a rule that does not parse. */
  readonly isAlone?: true;
}

const IMPORT = 'europol/import.cedar';
const RULES = 'federation/rules.cedar';
const MEMBERS = 'federation/members.yaml';
const INVARIANTS = 'federation/invariants.yaml';
const CASES = 'europol/cases.yaml';

const MISTAKES: readonly Mistake[] = [
  {
    what: 'attribute',
    file: IMPORT,
    right: 'resource.crimeAreas',
    wrong: 'resource.crimeArea',
    says: 'did you mean `crimeAreas`',
  },
  {
    what: 'action',
    file: IMPORT,
    right: 'Action::"receive"',
    wrong: 'Action::"recieve"',
    says: 'did you mean `Action::"receive"`',
  },
  {
    what: 'organisation',
    file: 'afripol/import.cedar',
    right: 'OrgId::"interpol"',
    wrong: 'OrgId::"interpo"',
    says: 'did you mean `interpol`',
  },
  {
    what: 'section',
    file: RULES,
    right: 'Section::"biometrics"',
    wrong: 'Section::"biometric"',
    says: 'did you mean `biometrics`',
  },
  {
    what: 'kind',
    file: RULES,
    right: 'Kind::"un-special"',
    wrong: 'Kind::"un-specal"',
    says: 'did you mean `un-special`',
  },
  { what: 'annotation', file: IMPORT, right: '@reason', wrong: '@resaon', says: 'did you mean `reason`' },
  {
    what: 'group',
    file: 'afripol/export.cedar',
    right: 'Group::"member-channel"',
    wrong: 'Group::"member-chanel"',
    says: 'did you mean `member-channel`',
  },
  {
    what: 'entity type',
    file: RULES,
    right: 'Purpose::"locate-person"',
    wrong: 'Purpos::"locate-person"',
    says: 'did you mean `Purpose`',
  },
  { what: 'agreement', file: MEMBERS, right: 'gccpol]', wrong: 'gcpol]', says: 'did you mean `gccpol`' },
  {
    what: 'classification',
    file: MEMBERS,
    right: 'restricted,',
    wrong: 'restrictd,',
    says: 'did you mean `restricted`',
  },
  {
    what: 'field of the members',
    file: MEMBERS,
    right: 'groups: [g',
    wrong: 'gruops: [g',
    says: 'did you mean `groups`',
  },
  {
    what: 'missing semicolon',
    file: IMPORT,
    right: '};\n\n@id("eur-import-03',
    wrong: '}\n\n@id("eur-import-03',
    at: '@id',
    says: 'unexpected token `@`',
    isAlone: true,
  },
  {
    what: 'duplicate id',
    file: IMPORT,
    right: '@id("eur-import-02-support")',
    wrong: '@id("eur-import-01-mandate")',
    says: 'is taken: see europol/import.cedar:4:1',
  },
  {
    what: 'missing id',
    file: IMPORT,
    right: '@id("eur-import-02-support")\n',
    wrong: '',
    at: '@reason',
    says: 'has no `@id("…")`',
    isAlone: true,
  },
  {
    what: 'missing reason',
    file: 'interpol/import.cedar',
    right: '@id("ipl-import-01-partners")\n@reason("the originator has an agreement with INTERPOL")\n',
    wrong: '@id("ipl-import-01-partners")\n',
    at: '@id',
    says: 'has no `@reason("…")`',
  },
  {
    what: 'literal of an open type',
    file: 'ameripol/export.cedar',
    right: 'principal.id == OrgId::"interpol"',
    wrong: 'principal == Organisation::"interpol"',
    at: 'Organisation',
    says: 'compare `principal.id` with `OrgId::"…"`',
  },
  {
    what: 'type of the schema',
    file: 'schema.cedarschema',
    right: 'purpose: Purpose,',
    wrong: 'purpose: Purpse,',
    at: 'Purpse',
    says: 'did you mean `Purpose`',
    isAlone: true,
  },
  {
    what: 'section of the schema',
    file: 'schema.cedarschema',
    right: '"whereabouts"',
    wrong: '"wherabouts"',
    says: 'no notice has the section `wherabouts`, did you mean `whereabouts`',
    isAlone: true,
  },
  {
    what: 'agreement of one side',
    file: MEMBERS,
    right: 'aseanapol, gccpol]',
    wrong: 'ecopol, gccpol]',
    says: '`ecopol` does not list `interpol`',
  },
  {
    what: 'example of a case',
    file: CASES,
    right: 'example: red',
    wrong: 'example: rde',
    at: 'rde',
    says: 'did you mean `red`',
  },
  {
    what: 'organisation of a case',
    file: CASES,
    right: 'ameripol:',
    wrong: 'amerpol:',
    says: 'did you mean `ameripol`',
  },
  {
    what: 'rule of a case',
    file: CASES,
    right: 'eur-export-03-core',
    wrong: 'eur-export-03-cor',
    says: 'did you mean `eur-export-03-core`',
  },
  {
    what: 'obligation of a case',
    file: CASES,
    right: 'not-for-judicial-use',
    wrong: 'not-for-judical-use',
    says: 'did you mean `not-for-judicial-use`',
  },
  {
    what: 'section of a case',
    file: CASES,
    right: 'identity,',
    wrong: 'identiy,',
    says: 'did you mean `identity`',
  },
  {
    what: 'layer of a case',
    file: CASES,
    right: 'layer: export',
    wrong: 'layer: exprt',
    at: 'exprt',
    says: 'did you mean `export`',
  },
  {
    what: 'field of a case',
    file: CASES,
    right: 'notice: red',
    wrong: 'notise: red',
    says: 'did you mean `notice`',
  },
  {
    what: 'field of an expectation',
    file: CASES,
    right: 'sections:',
    wrong: 'section:',
    says: 'did you mean `sections`',
  },
  {
    what: 'field of a header',
    file: CASES,
    right: 'crimeAreas: [other]',
    wrong: 'crimeArea: [other]',
    says: 'did you mean `crimeAreas`',
  },
  {
    what: 'word of a header',
    file: CASES,
    right: 'crimeAreas: [organised-crime]',
    wrong: 'crimeAreas: [organized-crime]',
    at: 'organized',
    says: 'did you mean `organised-crime`',
  },
  {
    what: 'notice of a case',
    file: CASES,
    right: 'notice: red-no-code',
    wrong: 'notice: red-no-cod',
    at: 'red-no-cod',
    says: 'did you mean `red-no-code`',
  },
  {
    what: 'field of an invariant',
    file: INVARIANTS,
    right: 'says:',
    wrong: 'say:',
    says: 'did you mean `says`',
  },
  {
    what: 'section of an invariant',
    file: INVARIANTS,
    right: '[biometrics, media]',
    wrong: '[biometric, media]',
    at: 'biometric',
    says: 'did you mean `biometrics`',
  },
  {
    what: 'permission of an invariant',
    file: INVARIANTS,
    right: 'never: receive',
    wrong: 'never: recieve',
    at: 'recieve',
    says: 'did you mean `receive`',
  },
  {
    what: 'word in an invariant',
    file: INVARIANTS,
    right: 'HandlingCode::"H2"',
    wrong: 'HandlingCode::"H22"',
    says: 'is not in the vocabulary',
  },
  {
    what: 'field in an invariant',
    file: INVARIANTS,
    right: 'resource.minor',
    wrong: 'resource.minr',
    says: 'did you mean `minor`',
  },
  {
    what: 'bracket in the YAML of cases',
    file: 'gccpol/cases.yaml',
    right: 'cases:\n',
    wrong: 'cases: [\n',
    at: '- name',
    says: 'block collections are not allowed within flow collections',
  },
  {
    what: 'list of the members',
    file: MEMBERS,
    right: '[global, judicial-channel, biometric-peers]',
    wrong: 'global',
    says: 'expected array',
    isAlone: true,
  },
  {
    what: 'bracket in the YAML of the members',
    file: MEMBERS,
    right: 'biometric-peers]',
    wrong: 'biometric-peers',
    at: 'accreditedFor',
    says: 'must be sufficiently indented and end with a ]',
    isAlone: true,
  },
];

/** Distributes the mistakes over few copies, so that none has two in one file. */
function pack(mistakes: readonly Mistake[]): readonly (readonly Mistake[])[] {
  const packs: Mistake[][] = [];
  for (const mistake of mistakes) {
    const fits = packs.find((pack) => !pack.some(({ file, isAlone }) => isAlone ?? file === mistake.file));
    if (fits === undefined || mistake.isAlone === true) packs.push([mistake]);
    else fits.push(mistake);
  }
  return packs;
}

describe.each(pack(MISTAKES).map((mistakes) => ({ mistakes })))('policy check', ({ mistakes }) => {
  const folder = copy();
  const planted = mistakes.map((mistake) => ({ ...mistake, place: plant(folder, mistake) }));
  let outcome: Promise<Ran> | undefined;
  const check = (): Promise<Ran> => (outcome ??= runLine(['policy', 'check', '--policies', folder]));

  test.each(planted)(
    'reports a wrong $what with its place and the nearest valid name, and exits with 2',
    async ({ place, says }) => {
      const { code, stdout } = await check();
      expect(code).toBe(2);
      const line = stdout.split('\n').find((each) => each.startsWith(`${place}  error  `));
      expect(stdout).toContain(`${place}  error  `);
      expect(line).toContain(says);
    },
  );
});

/** Copies the shipped policies with one more warning: a rule that accepts everything loses its `@keep`. */
function copyWithWarning(): string {
  const folder = copy();
  const right = '@keep("open on purpose: the rules below say what is not taken")\n';
  plant(folder, { file: 'aseanapol/import.cedar', right, wrong: '' });
  return folder;
}

describe('policy check of the shipped policies', () => {
  test('finds nothing to fix, warnings included', async () => {
    const { code, stdout } = await runLine(['policy', 'check', '--strict']);
    expect([code, stdout]).toEqual([0, 'nothing to fix\n']);
  });

  test('exits with 0 for warnings, and with 2 under `--strict`', { tags: ['long'] }, async () => {
    const folder = copyWithWarning();
    const { code, stdout } = await runLine(['policy', 'check', folder]);
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '0 errors, 1 warning']);
    expect((await runLine(['policy', 'check', folder, '--strict'])).code).toBe(2);
  });

  test('prints one document with `--json`: findings, errors, warnings', async () => {
    const { stdout } = await runLine(['policy', 'check', copyWithWarning(), '--json']);
    const printed = JSON.parse(stdout) as { readonly findings: readonly object[] };
    expect(printed).toMatchObject({ errors: 0, warnings: 1 });
    expect(printed.findings).toContainEqual(
      expect.objectContaining({ lint: 'takes-all', path: 'aseanapol/import.cedar', line: 4, column: 1 }),
    );
  });

  test('refuses a missing folder as `usage`, with exit code 2', async () => {
    const { code, stderr } = await runLine(['policy', 'check', 'nowhere']);
    expect([code, stderr]).toEqual([2, 'error [usage] no folder `nowhere`\n']);
  });
});

test('policy check: writes SARIF also when a file does not parse', async () => {
  const folder = copy();
  plant(folder, { file: IMPORT, right: 'permit (', wrong: 'premit (' });
  const log = join(folder, '..', `${folder.split('/').at(-1)}.sarif`);
  copies.push(log);
  const { code } = await runLine(['policy', 'check', '--policies', folder, '--sarif', log]);
  expect(code).toBe(2);
  const { version, runs } = JSON.parse(readFileSync(log, 'utf8')) as {
    version: string;
    runs: { results: object[] }[];
  };
  expect(version).toBe('2.1.0');
  expect(runs[0]?.results).toContainEqual(
    expect.objectContaining({
      ruleId: 'invalid',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: IMPORT, uriBaseId: 'POLICIES' },
            region: { startLine: 7, startColumn: 1 },
          },
        },
      ],
    }),
  );
});
