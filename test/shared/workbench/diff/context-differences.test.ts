import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { loadPolicies } from '../../../../services/shared/policy/policies.js';
import { contextDifferences } from '../../../../services/shared/workbench/diff/context-differences.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { charlie, facts, folderWith, rule } from '../../policy/folder.js';
import { diffOf, lineOf, versionWith } from './versions.js';

const delta = parseOrgId('delta');
const OPEN = (id: string): string => rule('permit (principal, action, resource);', id);

function directoryWith(change: Partial<Record<string, readonly string[]>>, more = false): DirectoryFacts {
  const known = [...facts.organisations.values()].map((each) =>
    each.id === charlie ? { ...each, ...change } : each,
  );
  const fourth = { id: delta, groups: [], accreditedFor: ['basic'], agreements: [] };
  const all = more ? [...known, fourth] : known;
  return { organisations: new Map(all.map((each) => [each.id, each])) };
}

describe('policy diff, on what differs besides the rules', () => {
  test('a changed fact of the directory is a change by the rule that reads it, and is reported', async () => {
    const files = {
      'federation/rules.cedar': `${OPEN('base')}${rule(
        'forbid (principal, action == Action::"receive", resource) unless { principal.accreditedFor.contains(resource.classification) };',
        'accreditation',
      )}`,
    };
    const [before, after] = [
      versionWith(files),
      versionWith(files, directoryWith({ accreditedFor: ['basic', 'restricted'] })),
    ];
    const { changes } = await diffOf(before, after);
    expect(changes.filter(({ type }) => type !== 'reason').map(lineOf)).toEqual([
      'loosened federation receive -accreditation',
    ]);
    expect(changes[0]?.kinds[0]?.counterexample).toMatchObject({
      header: { classification: 'restricted' },
      to: 'charlie',
    });
    expect(contextDifferences(before, after)).toEqual([
      'the directory entry of `charlie` differs: accreditedFor +restricted',
    ]);
  });

  test('a new member is a loosening by everyone whose rules open to it, and is reported', async () => {
    const directory = directoryWith({}, true);
    const folder = folderWith({
      'delta/export.cedar': OPEN('delta-export'),
      'delta/import.cedar': OPEN('delta-import'),
    });
    const after = { sets: loadPolicies(folder, directory, digest), directory };
    const { changes } = await diffOf(versionWith(), after);
    const lines = changes.filter(({ permission }) => permission === 'receive').map(lineOf);
    expect(lines).toContain('loosened alfa receive +alfa-export-open');
    expect(lines).toContain('loosened delta receive +delta-export');
    expect(lines).toContain('loosened delta receive +delta-import');
    expect(contextDifferences(versionWith(), after)).toEqual([
      '`delta` is a new member: everything it sends and receives counts as a change',
    ]);
    const back = await diffOf(after, versionWith());
    expect(new Set(back.changes.map(({ type }) => type))).toEqual(new Set(['tightened']));
    expect(contextDifferences(after, versionWith())).toEqual([
      '`delta` is no longer a member: everything it sent and received ends',
    ]);
  });

  test('a new word of a vocabulary is a loosening: the version without it denied it', async () => {
    const schema = readFileSync(new URL('../../../../policies/schema.cedarschema', import.meta.url), 'utf8');
    const narrow = versionWith({ 'schema.cedarschema': schema.replace(', "confidential"', '') });
    const { changes } = await diffOf(narrow, versionWith());
    expect(changes.filter(({ type }) => type === 'loosened').length).toBeGreaterThan(0);
    expect(changes[0]?.kinds[0]?.counterexample.header.classification).toBe('confidential');
    expect(contextDifferences(narrow, versionWith())).toEqual([
      'the vocabulary `Classification` differs: +confidential',
    ]);
  });
});
