import { expect, test } from 'vitest';
import { type OwnShare, sharesAfter } from '../../../services/gateway/life/own-shares.js';

const shareOf = (org: string, number: number, sections: readonly string[]): OwnShare => {
  return { org, number, sections, unsealed: [], receipt: undefined };
};
const restrict = (number: number, to: string, sections?: readonly string[]) => {
  return { verb: 'restrict', number, fields: { meant: [{ to, ...(sections && { sections }) }] } };
};
const unseal = (number: number, to: string, section: string) => {
  return { verb: 'unseal', number, fields: { meant: [{ to, section }] } };
};
const shown = (shares: readonly OwnShare[]) => shares.map(({ org, sections }) => [org, ...sections]);

const given = [shareOf('europol', 20, ['identity', 'judicial']), shareOf('afripol', 10, ['identity'])];

test('own shares: a restriction or unseal not above the revision of a share does not change the share', () => {
  const actions = [
    restrict(15, 'europol'),
    restrict(20, 'europol', ['judicial']),
    unseal(5, 'afripol', 'judicial'),
  ];
  expect(shown(sharesAfter(given, actions))).toEqual([
    ['afripol', 'identity'],
    ['europol', 'identity', 'judicial'],
  ]);
});

test('own shares: actions above the revision apply in the order of their numbers, not of their signing', () => {
  const actions = [
    unseal(26, 'europol', 'judicial'),
    restrict(25, 'europol', ['judicial']),
    restrict(15, 'afripol'),
  ];
  expect(sharesAfter(given, actions)).toMatchObject([
    { org: 'europol', sections: ['identity', 'judicial'], unsealed: ['judicial'] },
  ]);
});

test('own shares: a withdrawal with any number leaves no recipient a share', () => {
  expect(sharesAfter(given, [{ verb: 'withdraw', number: 1, fields: {} }])).toEqual([]);
});
