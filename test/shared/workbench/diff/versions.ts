import { createHash } from 'node:crypto';
import { createCompiledEngine } from '../../../../services/shared/policy/compiled-engine.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import type { PolicySets } from '../../../../services/shared/policy/policies.js';
import type { Change } from '../../../../services/shared/workbench/diff/changes.js';
import { diffPolicies, type PolicyDiff } from '../../../../services/shared/workbench/diff/diff-policies.js';
import type { Version } from '../../../../services/shared/workbench/space/answers.js';
import type { Workspace } from '../../../../services/shared/workbench/workspace.js';
import { facts, loadWith } from '../../policy/folder.js';

/** Returns a version with alfa, bravo and charlie that permits everything, except for these files. */
export function versionWith(
  files: Readonly<Record<string, string>> = {},
  directory: DirectoryFacts = facts,
): Version {
  return { sets: loadWith(files), directory };
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export function diffOf(before: Version, after: Version): Promise<PolicyDiff> {
  return diffPolicies(before, after, { digest: hex });
}

/** Returns a change as one line: the organisation, the change and its rules. */
export function lineOf({ type, org, permission, section, rules, obligation }: Change): string {
  const [before, after] = [rules.before.map((id) => `-${id}`), rules.after.map((id) => `+${id}`)];
  const words = [type, org, permission, section ?? '', ...before, ...after, obligation ?? ''];
  return words.filter((word) => word !== '').join(' ');
}

export function workspaceOf(sets: PolicySets, directory = facts): Workspace {
  return { folder: '', sets, directory, engine: createCompiledEngine(sets) };
}
