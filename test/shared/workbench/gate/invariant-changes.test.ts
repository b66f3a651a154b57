import { expect, test } from 'vitest';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import { invariantChanges } from '../../../../services/shared/workbench/gate/invariant-changes.js';
import type { Invariant } from '../../../../services/shared/workbench/prove/invariant-file.js';

const H2: Invariant = { id: 'h2', says: 'H2 stays', when: 'resource.minor', never: 'receive' };
const changes = (next: readonly Invariant[]) => invariantChanges([H2], next, hexDigest);

test('an invariant that is removed, weakened or reversed is a change with an id of its own; another text, or one more invariant, is not', () => {
  const made = [
    [],
    [{ ...H2, when: 'resource.minor && principal.groups.contains(Group::"eu")' }],
    [{ ...H2, never: { disclose: ['identity'] } } as Invariant],
    [{ id: 'h2', says: 'H2 goes', when: 'resource.minor', always: 'receive' } as Invariant],
  ].map((next) => changes(next));
  expect(made.map((found) => found.map(({ invariant, isRemoved }) => [invariant, isRemoved]))).toEqual([
    [['h2', true]],
    [['h2', false]],
    [['h2', false]],
    [['h2', false]],
  ]);
  const ids = made.flatMap((found) => found.map(({ id }) => id));
  expect(new Set(ids).size).toBe(4);
  expect(ids.every((id) => /^[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(
    changes([
      { ...H2, says: 'H2 stays here', when: ' resource.minor ' },
      { ...H2, id: 'h3' },
    ]),
  ).toEqual([]);
});
