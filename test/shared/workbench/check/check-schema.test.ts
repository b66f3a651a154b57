import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkSchema } from '../../../../services/shared/workbench/check/check-schema.js';
import { placeOf } from '../../../../services/shared/workbench/check/finding.js';
import { rule } from '../../policy/folder.js';
import { check } from './lint.js';

const SHIPPED = readFileSync(new URL('../../../../policies/schema.cedarschema', import.meta.url), 'utf8');

/** Returns the findings about a schema as `lint place message`. */
const said = (text: string): readonly string[] =>
  checkSchema({ path: 'schema.cedarschema', text }).map(
    (finding) => `${finding.lint} ${placeOf(finding)} ${finding.message}`,
  );

describe('policy check, on a schema edit', () => {
  const line = SHIPPED.split('\n').findIndex((each) => each.startsWith('  minor')) + 1;

  test('a required attribute that no notice carries is an error at its place', () => {
    const text = SHIPPED.replace('  minor: Bool,', '  urgent: Bool,');
    const errors = check({ 'schema.cedarschema': text }).filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([
      {
        severity: 'error',
        lint: 'schema',
        path: 'schema.cedarschema',
        line,
        column: 3,
        message: '`urgent` is required and no notice has it: everything would be denied; write `urgent?`',
      },
    ]);
  });

  test('an optional attribute that nothing supplies is a warning, and the rules are still checked', () => {
    const text = SHIPPED.replace('  minor: Bool,', '  minor: Bool,  urgent?: { now: Bool },');
    const open = rule('permit (principal, action, resource);', 'open');
    const found = check({ 'schema.cedarschema': text, 'alfa/export.cedar': open });
    expect(found.map((finding) => `${finding.lint} ${placeOf(finding)}`)).toContain(
      `unsupplied schema.cedarschema:${line}:17`,
    );
    expect(found.map(({ lint }) => lint)).toContain('unconditional');
  });

  test('a word that a notice may have and the vocabulary lacks is a warning', () => {
    expect(said(SHIPPED.replace(', "silver"]', ']'))).toEqual([
      expect.stringMatching(
        /^missing-word schema.cedarschema:\d+:1 `Kind` lacks `silver`: a notice may have it, and is denied$/,
      ),
    ]);
  });

  test('a word that no notice has is an error where the vocabulary has it, not in a comment before', () => {
    const text = `// "golden"\n${SHIPPED.replace('"silver"]', '"golden", "silver"]')}`;
    const at =
      text.indexOf('"golden", "silver"') - text.lastIndexOf('\n', text.indexOf('"golden", "silver"'));
    expect(said(text)).toEqual([
      expect.stringMatching(
        new RegExp(`^invalid schema.cedarschema:\\d+:${at} no notice has the kind \`golden\``),
      ),
    ]);
  });

  test('a type that is not declared is an error where it is used, not in a comment before', () => {
    const text = `// a: Kinds\n${SHIPPED.replace('kind: Kind,', 'kind: Kinds,')}`;
    const row = text.split('\n').findIndex((each) => each.includes('  kind: Kinds')) + 1;
    expect(said(text)).toEqual([
      `invalid schema.cedarschema:${row}:9 no type \`Kinds\`, did you mean \`Kind\``,
    ]);
  });

  test('a warning of Cedar is a warning', () => {
    expect(said(`${SHIPPED}\nentity Bool;`)).toEqual([
      expect.stringMatching(/^cedar schema.cedarschema:\d+:\d+ /),
    ]);
  });
});
