import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { LINTS } from '../../../../services/shared/workbench/check/lints.js';
import { sarifOf } from '../../../../services/shared/workbench/check/sarif.js';
import { rule } from '../../policy/folder.js';
import { check } from './lint.js';

const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const TEXT = closed({ text: { type: 'string', minLength: 1 } }, ['text']);
const LEVEL = { enum: ['none', 'note', 'warning', 'error'] };
const ORDINAL = { type: 'integer', minimum: 1 };
/** The part of SARIF 2.1.0 (OASIS, 3.13 to 3.49) that our logs use; `uri` is relative (3.4.3). */
const LOCATION = closed(
  { uri: { type: 'string', pattern: '^[A-Za-z0-9_-][A-Za-z0-9._%/-]*$' }, uriBaseId: { type: 'string' } },
  ['uri', 'uriBaseId'],
);
const RULE = closed(
  {
    id: { type: 'string' },
    shortDescription: TEXT,
    help: TEXT,
    defaultConfiguration: closed({ level: LEVEL }, ['level']),
  },
  ['id', 'shortDescription', 'help', 'defaultConfiguration'],
);
const RESULT = closed(
  {
    ruleId: { enum: Object.keys(LINTS) },
    ruleIndex: { type: 'integer', minimum: 0, maximum: Object.keys(LINTS).length - 1 },
    level: LEVEL,
    message: TEXT,
    locations: {
      type: 'array',
      minItems: 1,
      items: closed({
        physicalLocation: closed(
          {
            artifactLocation: LOCATION,
            region: closed({ startLine: ORDINAL, startColumn: ORDINAL }, ['startLine']),
          },
          ['artifactLocation'],
        ),
      }),
    },
  },
  ['ruleId', 'message', 'locations'],
);
const RUN = closed(
  {
    tool: closed(
      {
        driver: closed(
          { name: { type: 'string' }, rules: { type: 'array', uniqueItems: true, items: RULE } },
          ['name', 'rules'],
        ),
      },
      ['driver'],
    ),
    originalUriBaseIds: {
      type: 'object',
      additionalProperties: closed({ description: TEXT }),
    },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: RESULT },
  },
  ['tool', 'results'],
);
const isSarif = new Ajv({ allErrors: true }).compile(
  closed(
    {
      $schema: { type: 'string', pattern: '^https://.*sarif-schema-2\\.1\\.0\\.json$' },
      version: { const: '2.1.0' },
      runs: { type: 'array', minItems: 1, items: RUN },
    },
    ['$schema', 'version', 'runs'],
  ),
);

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations: readonly object[];
    }[];
  }[];
}

test('SARIF log: it is valid SARIF 2.1.0, also when a file does not parse', () => {
  const findings = check({
    'alfa/export.cedar': `${rule('permit (principal, action resource);')}é € @id`,
    'bravo/cases.yaml': 'notices: [\n',
    'charlie/import.cedar': undefined,
    'schema.cedarschema': 'entity {',
  });
  expect(findings.length).toBeGreaterThan(3);
  const log: unknown = JSON.parse(
    JSON.stringify(sarifOf(findings, { base: '%SRCROOT%', prefix: 'policies/' })),
  );
  isSarif(log);
  expect(isSarif.errors).toBe(null);
  const [run] = (log as Log).runs;
  for (const { ruleId, ruleIndex } of run?.results ?? [])
    expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(run?.results).toHaveLength(findings.length);
});

test('SARIF log: a place is the path from the base, with the line and column of the finding', () => {
  const findings = check({ 'alfa/export.cedar': rule('permit (principal, action resource);') });
  const [result] = (sarifOf(findings, { base: 'POLICIES', prefix: '' }) as Log).runs[0]?.results ?? [];
  expect(result?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: 'alfa/export.cedar', uriBaseId: 'POLICIES' },
        region: { startLine: 3, startColumn: 27 },
      },
    },
  ]);
});

test('SARIF log: without findings its list is empty', () => {
  expect((sarifOf([], { base: '%SRCROOT%', prefix: '' }) as Log).runs[0]?.results).toEqual([]);
});
