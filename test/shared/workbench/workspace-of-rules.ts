import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Workspace } from '../../../services/shared/workbench/workspace.js';
import { facts, loadWith } from '../policy/folder.js';

/**
 * Returns a workspace of the three members of `folder.ts` that permits everything, except for `files`; it has no
 * folder.
 */
export function workspaceOfRules(files: Readonly<Record<string, string>> = {}): Workspace {
  const sets = loadWith(files);
  return { folder: '', sets, directory: facts, engine: createCompiledEngine(sets, createCedarSlots()) };
}
