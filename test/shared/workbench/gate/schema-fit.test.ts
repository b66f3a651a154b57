import { describe, expect, test } from 'vitest';
import { readSchema } from '../../../../services/shared/policy/cedar/read-schema.js';
import { schemaMisfits } from '../../../../services/shared/workbench/gate/schema-fit.js';
import { facts, load, schemaText } from '../../../policies/sample.js';

const adopted = load();

/** Returns what does not fit after this edit of the sample schema; `recorded`: what recorded notices have. */
function faults(edit: (text: string) => string, recorded: readonly string[] = []): readonly string[] {
  const [before, text] = [schemaText(), edit(schemaText())];
  expect(text).not.toBe(before);
  const isRecorded = (path: string, word?: string): boolean =>
    recorded.includes(word === undefined ? path : `${path} ${word}`);
  return schemaMisfits(adopted, readSchema(text, facts), isRecorded);
}

const without = (part: string) => (text: string) => text.replace(part, '');
const replaced = (part: string, instead: string) => (text: string) => text.replace(part, instead);

describe('a changed schema', () => {
  test('a schema that grows by an optional attribute, a word, a vocabulary or an action fits', () => {
    const grown = (text: string): string =>
      `${text
        .replace('minor: Bool,', 'minor: Bool, region?: Region,')
        .replace('enum ["basic",', 'enum ["public", "basic",')}
      entity Region enum ["north"];
      action archive appliesTo { principal: Organisation, resource: Notice, context: {} };`;
    expect(faults(grown)).toEqual([]);
  });

  test.each([
    {
      when: 'a required attribute is new',
      edit: replaced('minor: Bool,', 'minor: Bool, region: Country,'),
      says: /`region` of Notice is required/,
    },
    {
      when: 'a required attribute of a record is new',
      edit: replaced('source: Source,', 'source: Source, weight: Tlp,'),
      says: /`evaluation\.weight` of Notice is required/,
    },
    {
      when: 'a required fact of organisations is new',
      edit: replaced('id: OrgId,', 'id: OrgId, region: Country,'),
      says: /`region` of Organisation is required/,
    },
    {
      when: 'an optional attribute becomes required',
      edit: replaced('personStatus?:', 'personStatus:'),
      says: /`personStatus` of Notice was optional/,
    },
    {
      when: 'an attribute becomes a set',
      edit: replaced('tlp: Tlp,', 'tlp: Set<Tlp>,'),
      says: /`tlp` of Notice has another type/,
    },
    {
      when: 'an attribute takes its words from another vocabulary',
      edit: replaced('audience: Audience', 'audience: Tlp'),
      says: /`audience` of Notice has another type/,
    },
    {
      when: 'an attribute that rules read is gone',
      edit: without('  minor: Bool,\n'),
      says: /`minor` of Notice is gone/,
    },
    {
      when: 'a fact of organisations is gone',
      edit: without('  accreditedFor: Set<Classification>,\n'),
      says: /`accreditedFor` of Organisation is gone/,
    },
    {
      when: 'a word that a rule names is gone',
      edit: without('"terrorism", '),
      says: /`CrimeArea::"terrorism"` is gone/,
    },
    {
      when: 'an action is gone',
      edit: (text: string) => text.replace(/action advertise .*/, ''),
      says: /action `advertise` is gone/,
    },
    {
      when: 'an action loses an attribute of its context',
      edit: replaced('context: { section: Section }', 'context: {}'),
      says: /`section` of the context of disclose/,
    },
    {
      when: 'an action applies to other types',
      edit: replaced('receive appliesTo { principal: Organisation', 'receive appliesTo { principal: Notice'),
      says: /`receive` applies to other types/,
    },
  ])('does not fit when $when', ({ edit, says }) => {
    expect(faults(edit).join('\n')).toMatch(says);
  });

  test('a schema may lose a word or an attribute that no adopted rule names, once no recorded notice has it', () => {
    const word = without(', "deceased"');
    expect(faults(word)).toEqual([]);
    expect(faults(word, ['personStatus deceased']).join()).toMatch(/`PersonStatus::"deceased"` is gone/);
    const attribute = without('  countries: Set<Country>,\n');
    expect(faults(attribute)).toEqual([]);
    expect(faults(attribute, ['countries']).join()).toMatch(/`countries` of Notice is gone/);
  });
});
