import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KINDS, SECTIONS } from '../../services/shared/notice/kinds.js';
import { vocabularyOf } from '../../services/shared/policy/schema.js';
import { facts, load } from './sample.js';

const { schema } = load();
const vocabulary = JSON.parse(
  readFileSync(new URL('../../proto/schema/vocabulary.schema.json', import.meta.url), 'utf8'),
) as { definitions: Record<string, { enum?: string[]; properties?: Record<string, { enum: string[] }> }> };
const { definitions } = vocabulary;

test.each([
  ['Kind', KINDS],
  ['Section', SECTIONS],
  ['Purpose', definitions['purpose']?.enum],
  ['PersonStatus', definitions['personStatus']?.enum],
  ['CrimeArea', definitions['crimeArea']?.enum],
  ['Country', definitions['country']?.enum],
  ['HandlingCode', definitions['handlingCode']?.enum],
  ['Source', definitions['evaluation']?.properties?.['source']?.enum],
  ['Information', definitions['evaluation']?.properties?.['information']?.enum],
  ['Tlp', definitions['tlp']?.enum],
  ['Classification', definitions['classification']?.enum],
  ['BreakGlass', definitions['breakGlass']?.enum],
])('shipped policies: rules and notices use the same words for %s', (type, words) => {
  expect(vocabularyOf(schema, type)).toEqual(words);
});

test('shipped policies: the organisations and groups that rules may name are those of the directory', () => {
  expect(vocabularyOf(schema, 'OrgId')).toEqual([...facts.organisations.keys()]);
  const groups = [...facts.organisations.values()].flatMap((organisation) => organisation.groups);
  expect(vocabularyOf(schema, 'Group')).toEqual([...new Set(groups)]);
});

test('shipped policies: every agreement is listed by both members', () => {
  for (const { id, agreements } of facts.organisations.values()) {
    for (const other of agreements)
      expect(facts.organisations.get(other as typeof id)?.agreements).toContain(id);
  }
});
