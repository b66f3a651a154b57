import { expect, test } from 'vitest';
import { federationChange } from '../../../../services/shared/policy/adopted/federation-change.js';
import { MEMBERS } from '../../workbench/check/lint.js';

const MEMBERS_FILE = 'federation/members.yaml';
const INVARIANTS_FILE = 'federation/invariants.yaml';
const INVARIANT = '- { id: all, says: all, when: "true", always: receive, joining: [charlie] }';
const DELTA = '  delta: { name: delta, seat: here, groups: [sea], accreditedFor: [basic], agreements: [] }';

const BEFORE: Readonly<Record<string, string>> = {
  'schema.cedarschema': 'a schema',
  'federation/rules.cedar': 'rules',
  [MEMBERS_FILE]: MEMBERS,
  [INVARIANTS_FILE]: INVARIANT,
};

/** Compares these files with those of a release that changes some of them. */
function changeOf(changed: Readonly<Record<string, string>>, before = BEFORE) {
  const files = (texts: Readonly<Record<string, string>>) => ({ files: new Map(Object.entries(texts)) });
  return federationChange(files(before), files({ ...before, ...changed }));
}

const withDelta = (entry = DELTA): string => `${MEMBERS}\n${entry}`;

test('federation change: an entry of a new member is its accession, also where it is listed as joining', () => {
  const accession = { type: 'accession', joining: ['delta'] };
  expect(changeOf({ [MEMBERS_FILE]: withDelta() })).toEqual(accession);
  const joining = INVARIANT.replace('[charlie]', '[charlie, delta]');
  expect(changeOf({ [MEMBERS_FILE]: withDelta(), [INVARIANTS_FILE]: joining })).toEqual(accession);
});

test.each([
  ['with an agreement', { [MEMBERS_FILE]: withDelta(DELTA.replace('[] }', '[alfa] }')) }],
  ['with a group of another member', { [MEMBERS_FILE]: withDelta().replace('[south]', '[south, sea]') }],
  [
    'with another name of another member',
    { [MEMBERS_FILE]: withDelta().replace('name: alfa', 'name: Alfa') },
  ],
  ['in place of another one', { [MEMBERS_FILE]: withDelta().replace(/ {2}charlie.*\n/, '') }],
  ['with rules', { [MEMBERS_FILE]: withDelta(), 'federation/rules.cedar': 'other rules' }],
  ['with another schema', { [MEMBERS_FILE]: withDelta(), 'schema.cedarschema': 'another schema' }],
  [
    'with an invariant',
    {
      [MEMBERS_FILE]: withDelta(),
      [INVARIANTS_FILE]: `${INVARIANT}\n${INVARIANT.replace('id: all', 'id: more')}`,
    },
  ],
  [
    'with another member that is joining',
    { [MEMBERS_FILE]: withDelta(), [INVARIANTS_FILE]: INVARIANT.replace('[charlie]', '[charlie, alfa]') },
  ],
])('federation change: a new member %s is no accession', (_, changed) => {
  expect(changeOf(changed)).toEqual({ type: 'other' });
});

test('federation change: a release that names no new member is no accession', () => {
  expect(changeOf({})).toEqual({ type: 'other' });
});

test.each([
  ['the rule of accession', `accession: operator\n${withDelta()}`],
  ['the host of a member', MEMBERS.replace('name: alfa,', 'name: alfa, host: shared,')],
  ['the host of a new member', withDelta(DELTA.replace('seat:', 'host: shared, seat:'))],
])('federation change: %s is a change of the terms', (_, members) => {
  expect(changeOf({ [MEMBERS_FILE]: members })).toEqual({ type: 'terms' });
});

test('federation change: a default that is written out is no change of the terms', () => {
  expect(changeOf({ [MEMBERS_FILE]: `accession: quorum\n${MEMBERS}` })).toEqual({ type: 'other' });
});
