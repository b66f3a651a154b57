import { expect, test } from 'vitest';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { createKey } from '../../../services/shared/policy/key.js';
import { addReads, type KnownFacts, type Reads } from '../../../services/shared/policy/reads.js';
import { noticeShape } from '../../../services/shared/policy/schema.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { alfa, attributes, bravo, facts, loadWith, rule } from './folder.js';

const shape = noticeShape(loadWith().schema);
const key = (reads: Readonly<Record<string, 'all' | string[]>>) =>
  createKey(
    shape,
    new Map(Object.entries(reads).map(([path, words]) => [path, words === 'all' ? words : new Set(words)])),
  );

function readsOf(condition: string, known: Partial<KnownFacts> = {}): Record<string, 'all' | string[]> {
  const text = rule(`permit (principal, action == Action::"disclose", resource) ${condition};`, 'one');
  const json = loadWith({ 'alfa/export.cedar': text }).rules.get('one')?.json as PolicyJson;
  const reads: Reads = new Map();
  addReads(reads, json, known);
  return Object.fromEntries(
    [...reads].map(([path, words]) => [path, words === 'all' ? words : [...words].toSorted()]),
  );
}

test('plan key: the order of a set makes no difference', () => {
  const areas = key({ crimeAreas: 'all' });
  const turned = { ...attributes, crimeAreas: attributes.crimeAreas.toReversed() };
  expect(areas(turned)).toBe(areas(attributes));
  expect(areas({ ...attributes, crimeAreas: ['terrorism'] })).not.toBe(areas(attributes));
});

test('plan key: an absent word, an empty set and every named word differ', () => {
  const status = key({ personStatus: [] });
  const { personStatus: _, ...without } = attributes;
  expect(status(without)).not.toBe(status(attributes));
  expect(status({ ...attributes, personStatus: 'victim' })).toBe(status(attributes));
  const named = key({ personStatus: ['victim'] });
  expect(
    new Set([named(without), named(attributes), named({ ...attributes, personStatus: 'victim' })]).size,
  ).toBe(3);
});

test('plan key: a flag, a set and a record that the schema makes optional may be absent', () => {
  const optional = shape.map((attribute) => ({ ...attribute, optional: true }));
  const all = createKey(optional, new Map([['', 'all' as const]]));
  const change = (without: string): bigint | undefined => {
    const { [without]: _, ...rest } = attributes as unknown as Record<string, unknown>;
    return all(rest as unknown as typeof attributes);
  };
  const keys = ['minor', 'codes', 'evaluation', 'tlp'].map(change);
  const empty = [{ minor: false }, { codes: [] }, {}].map((given) => all({ ...attributes, ...given }));
  expect(keys).not.toContain(undefined);
  expect(new Set([...keys, ...empty]).size).toBe(5);
  const nothing = createKey(optional, new Map());
  expect(nothing({} as unknown as typeof attributes)).toBe(0n);
});

test('plan key: attributes that no rule reads make no difference', () => {
  const kind = key({ kind: ['red', 'blue'] });
  expect(kind({ ...attributes, kind: 'green' })).toBe(
    kind({ ...attributes, kind: 'black', tlp: 'red', minor: true }),
  );
  expect(kind({ ...attributes, kind: 'blue' })).not.toBe(kind(attributes));
  const areas = key({ crimeAreas: ['terrorism'] });
  expect(areas({ ...attributes, crimeAreas: ['terrorism', 'other'] })).toBe(areas(attributes));
});

test('plan key: a read of a record, or of the whole notice, is a read of everything in it', () => {
  const evaluation = key({ evaluation: 'all' });
  const other = { ...attributes, evaluation: { source: 'A', information: '2' } as const };
  expect(evaluation(other)).not.toBe(evaluation(attributes));
  const whole = key({ '': 'all' });
  expect(whole({ ...attributes, countries: ['FR'] })).not.toBe(whole(attributes));
});

test('plan key: the digits of different attributes do not overlap', () => {
  const both = key({ kind: 'all', purpose: 'all', tlp: 'all', codes: 'all' });
  const keys = (['red', 'green', 'silver'] as const).flatMap((kind) =>
    (['arrest', 'warn', 'sanctions'] as const).flatMap((purpose) =>
      (['clear', 'red'] as const).flatMap((tlp) =>
        ([[], ['H0'], ['H3'], ['H0', 'H3']] as const).map((codes) =>
          both({ ...attributes, kind, purpose, tlp, codes: [...codes] }),
        ),
      ),
    ),
  );
  expect(new Set(keys).size).toBe(3 * 3 * 2 * 4);
});

test('plan key: a notice with a word in no vocabulary has no key, whether rules read it or not', () => {
  const nothing = key({});
  expect(nothing(attributes)).toBe(0n);
  expect(nothing({ ...attributes, countries: ['ZZ'] } as unknown as typeof attributes)).toBeUndefined();
  expect(nothing({ ...attributes, kind: 'rde' } as unknown as typeof attributes)).toBeUndefined();
  expect(nothing({ ...attributes, minor: 'no' } as unknown as typeof attributes)).toBeUndefined();
  const { tlp: _, ...without } = attributes;
  expect(nothing(without as unknown as typeof attributes)).toBeUndefined();
});

test.each<[string, Record<string, 'all' | string[]>]>([
  ['when { resource.kind == Kind::"red" }', { kind: ['red'] }],
  ['when { [Kind::"red", Kind::"blue"].contains(resource.kind) }', { kind: ['blue', 'red'] }],
  [
    'when { resource.crimeAreas.containsAny([CrimeArea::"other", CrimeArea::"terrorism"]) }',
    { crimeAreas: ['other', 'terrorism'] },
  ],
  ['when { resource.crimeAreas.containsAll([CrimeArea::"other"]) }', { crimeAreas: ['other'] }],
  ['when { [HandlingCode::"H0"].containsAll(resource.codes) }', { codes: 'all' }],
  ['when { resource.crimeAreas == [CrimeArea::"other"] }', { crimeAreas: 'all' }],
  ['when { resource.codes.isEmpty() }', { codes: 'all' }],
  ['unless { resource.minor }', { minor: 'all' }],
  ['when { resource has personStatus }', { personStatus: [] }],
  ['when { resource.evaluation.source == Source::"A" }', { 'evaluation.source': ['A'] }],
  ['when { principal.agreements.contains(resource.originator) }', { originator: 'all' }],
  ['when { resource.consents.contains(principal.id) }', { consents: 'all' }],
  [
    'when { if resource.minor then resource.tlp == Tlp::"red" else resource.codes.isEmpty() }',
    { minor: 'all', tlp: ['red'], codes: 'all' },
  ],
])('reads of a rule: %s', (condition, reads) => {
  expect(readsOf(condition)).toEqual(reads);
});

test('reads of a rule: a known word does not equal the same word of another type', () => {
  const recipient = { ...facts.organisations.get(bravo), id: parseOrgId('north') } as OrganisationFacts;
  expect(readsOf('when { principal.id == Group::"north" || resource.minor }', { recipient })).toEqual({
    minor: 'all',
  });
});

test('reads of a rule: known values are not read, nor conditions that they make irrelevant', () => {
  const recipient = facts.organisations.get(bravo) as OrganisationFacts;
  const north = 'principal.groups.contains(Group::"north") && resource.kind == Kind::"red"';
  expect(readsOf(`when { ${north} }`, { recipient })).toEqual({ kind: ['red'] });
  const south = 'principal.groups.contains(Group::"south") && resource.kind == Kind::"red"';
  expect(readsOf(`when { ${south} }`, { recipient })).toEqual({});
  expect(readsOf(`unless { ${south} } when { resource.minor }`, { recipient })).toEqual({ minor: 'all' });
  const partner = 'when { principal.agreements.contains(resource.originator) || resource.minor }';
  expect(readsOf(partner, { recipient, originator: alfa })).toEqual({});
  expect(readsOf(partner, { recipient, originator: bravo })).toEqual({ minor: 'all' });
  expect(readsOf('when { resource.consents.contains(principal.id) }', { recipient })).toEqual({
    consents: ['bravo'],
  });
});
