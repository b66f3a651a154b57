import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import { requireFewWitnessesReplaced } from '../../../../services/shared/trust/directory/witness-changes.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const before = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

/** `members` members with a witness key each, of which the first `replaced` got another one some minutes ago. */
function directoryOf(members: number, replaced: number, minutes: number): Pick<Directory, 'organisations'> {
  const organisations = Array.from({ length: members }, (_, index) => {
    const id = parseOrgId(`org-${index}`);
    const old = { use: 'witness', notBefore: new Date(0) };
    const keys = index < replaced ? [old, { use: 'witness', notBefore: before(minutes) }] : [old];
    return [id, { id, keys }] as const;
  });
  return { organisations: new Map(organisations) as never };
}
const mayReplace = (members: number, replaced: number, minutes = 1): boolean => {
  try {
    requireFewWitnessesReplaced(
      directoryOf(members, replaced, minutes),
      parseOrgId(`org-${members - 1}`),
      NOW,
    );
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'busy' });
    return false;
  }
};

describe('witness keys of members', () => {
  test.each([
    [7, 2, true],
    [7, 3, false],
    [2, 0, true],
    [2, 1, false],
    [1, 0, true],
    [4, 1, false],
    [5, 1, true],
  ])('of %i, after %i were replaced in the last minute, another may be: %s', (members, replaced, may) => {
    expect(mayReplace(members, replaced)).toBe(may);
  });

  test('that were replaced ten minutes ago are proved by then', () => {
    expect([mayReplace(7, 6, 9), mayReplace(7, 6, 10)]).toEqual([false, true]);
  });

  test('that were revoked count as replaced, and those of a new member do not', () => {
    const { organisations } = directoryOf(4, 0, 0);
    const change = (keys: readonly object[]): void => {
      const id = parseOrgId('org-0');
      (organisations as Map<unknown, unknown>).set(id, { id, keys });
      requireFewWitnessesReplaced({ organisations }, parseOrgId('org-3'), NOW);
    };
    expect(() => change([{ use: 'witness', notBefore: before(1) }])).not.toThrow();
    expect(() => change([{ use: 'witness', notBefore: new Date(0), revokedAt: before(1) }])).toThrow(
      /replaced/,
    );
  });

  test('of members that the witness list does not name are replaced without limit, and are not counted', () => {
    const { organisations } = directoryOf(7, 3, 1);
    const members = ['org-2', 'org-3', 'org-4', 'org-5'];
    const witnesses = { number: 1, since: '2026-05-01T00:00:00Z', members, approvals: [] };
    const replace = (id: string) => () =>
      requireFewWitnessesReplaced({ organisations, witnesses }, parseOrgId(id), NOW);
    expect(replace('org-6')).not.toThrow();
    expect(replace('org-3')).toThrow(/replaced/);
    const first = { organisations, witnesses: { ...witnesses, members: members.slice(1) } };
    expect(() => requireFewWitnessesReplaced(first, parseOrgId('org-3'), NOW)).not.toThrow();
  });
});
