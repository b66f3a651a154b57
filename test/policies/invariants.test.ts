import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseInvariants } from '../../services/shared/workbench/prove/invariant-file.js';
import { provePolicies } from '../../services/shared/workbench/prove/prove-policies.js';
import { facts, folder, load } from './sample.js';

const sets = load();
const path = 'federation/invariants.yaml';
const invariants = parseInvariants({ path, text: readFileSync(`${folder}${path}`, 'utf8') }, sets.schema);
const { holds, proofs, cut } = provePolicies({ sets, directory: facts }, invariants);

test.each(proofs)('shipped policies: $id: $says', (proof) => expect(proof).toMatchObject({ holds: true }));

test('shipped policies: at least twelve invariants are proven, over every notice', () => {
  expect(holds).toBe(true);
  expect(invariants.length).toBeGreaterThanOrEqual(12);
  expect(cut).toEqual([]);
});
