import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { type DirectoryFacts, readFacts } from '../../services/shared/policy/facts.js';
import { loadPolicies } from '../../services/shared/policy/policies.js';
import type { Version } from '../../services/shared/workbench/space/answers.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { FederationFacts } from '../../services/shared/trust/directory-source.js';
import { inventMembers } from '../../services/cli/init/invented-members.js';

/**
 * Loads the shipped policies; with `count`, for this many members, which are copies of the seven shipped ones
 * under other names.
 */
export function withMembers(policies: string, count?: number): Version {
  if (count === undefined) {
    const directory = readFacts(policies);
    return { sets: loadPolicies(policies, directory, digest), directory };
  }
  const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  try {
    const invented = inventMembers(policies, count);
    invented.write(folder);
    const directory = factsOf(invented.facts);
    return { sets: loadPolicies(folder, directory, digest), directory };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function factsOf({ organisations }: FederationFacts): DirectoryFacts {
  const members = Object.entries(organisations).map(([name, facts]) => {
    const id = parseOrgId(name);
    return [id, { ...facts, id }] as const;
  });
  return { organisations: new Map(members) };
}
