import { expect, test } from 'vitest';
import { parseQuorumTerms } from '../../../services/shared/policy/quorum-terms.js';

test('quorum terms: without any, members approve accessions and each counts for itself', () => {
  const { accession, hosts } = parseQuorumTerms({ members: { alfa: {} } });
  expect([accession, [...hosts]]).toEqual(['quorum', []]);
});

test('quorum terms: they name who approves accessions, and the hosts of members', () => {
  const members = { alfa: { host: 'shared' }, bravo: {} };
  const { accession, hosts } = parseQuorumTerms({ accession: 'operator', members });
  expect([accession, [...hosts]]).toEqual(['operator', [['alfa', 'shared']]]);
});

test.each([
  [{ accession: 'anyone', members: {} }, '/accession'],
  [{ accession: null, members: {} }, '/accession'],
  [{ members: { alfa: { host: '' } } }, '/members/alfa/host'],
  [{ members: { alfa: { host: ['shared'] } } }, '/members/alfa/host'],
])('quorum terms: %j is refused with its place', (content, path) => {
  const read = () => parseQuorumTerms(content);
  expect(read).toThrow(
    expect.objectContaining({ code: 'config-invalid', details: [expect.objectContaining({ path })] }),
  );
});
