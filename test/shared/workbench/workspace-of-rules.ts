import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Workspace } from '../../../services/shared/workbench/workspace.js';
import { facts, loadWith } from '../policy/folder.js';

/** The three members of `folder.ts` with everything open but what `files` says instead; no folder is behind it. */
export function workspaceOfRules(files: Readonly<Record<string, string>> = {}): Workspace {
  const sets = loadWith(files);
  return { folder: '', sets, directory: facts, engine: createCompiledEngine(sets, createCedarSlots()) };
}
