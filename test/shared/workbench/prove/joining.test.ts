import { expect, test } from 'vitest';
import type { Invariant } from '../../../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../../../services/shared/workbench/prove/prove-policies.js';
import { facts, loadWith, rule } from '../../policy/folder.js';

const invariant: Invariant = {
  id: 'clear-for-all',
  says: 'what is clear reaches everybody',
  when: 'resource.tlp == Tlp::"clear" && resource.audience == Audience::"all"',
  always: 'receive',
};

test('policy prove: an invariant is not demanded of a member that joins, in either direction, and of others still is', () => {
  const nothing = (id: string) => rule('forbid (principal, action, resource);', id);
  const sets = loadWith({ 'charlie/export.cedar': nothing('out'), 'charlie/import.cedar': nothing('in') });
  const prove = (joining: readonly string[]) =>
    provePolicies({ sets, directory: facts }, [{ ...invariant, joining }]).proofs[0];
  expect(prove([])?.holds).toBe(false);
  expect(prove(['bravo'])?.holds).toBe(false);
  expect(prove(['charlie'])).toMatchObject({ holds: true, joining: ['charlie'] });
  // Of three members that all join, no route is left: the invariant says nothing.
  expect(prove(['alfa', 'bravo', 'charlie'])).toMatchObject({ holds: false, size: 0n });
});
