import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFrom, fail } from '../kernel/errors.js';
import { projectRoot } from '../runtime/root.js';
import type { ExampleDraft } from './cases/cases.js';
import { createCedarSlots } from '../policy/cedar/cedar-engine.js';
import { type CompiledEngine, createCompiledEngine } from '../policy/compiled-engine.js';
import { type DirectoryFacts, readFacts } from '../policy/facts.js';
import { type Digest, loadPolicies, type PolicySets } from '../policy/policies.js';

/** A folder of policies, opened for an author: rules, members, and the evaluator that the router uses. */
export interface Workspace {
  readonly folder: string;
  readonly sets: PolicySets;
  readonly directory: DirectoryFacts;
  readonly engine: CompiledEngine;
}

/**
 * Loads a folder of policies. Throws `config-invalid`, and `policy-invalid` with every fault as `file:line:col`, also
 * for missing files: an author must add them, while a router waits for them.
 */
export function openWorkspace(folder: string, digest: Digest): Workspace {
  const directory = readFacts(folder);
  const sets = loadComplete(folder, directory, digest);
  return { folder, sets, directory, engine: createCompiledEngine(sets, createCedarSlots()) };
}

function loadComplete(...asked: Parameters<typeof loadPolicies>): PolicySets {
  try {
    return loadPolicies(...asked);
  } catch (thrown) {
    const { code, message, details } = errorFrom(thrown);
    throw code === 'policy-missing' ? fail('policy-invalid', message, details) : thrown;
  }
}

const EXAMPLES = join(projectRoot, 'proto/examples');

/** Returns the names that `readExample` accepts, sorted. */
export function exampleNames(): readonly string[] {
  return readdirSync(EXAMPLES)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/** Reads the draft `proto/examples/<name>.json`; undefined when there is none. */
export function readExample(name: string): ExampleDraft | undefined {
  if (!exampleNames().includes(name)) return undefined;
  return JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')) as ExampleDraft;
}
