import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFrom, fail } from '../kernel/errors.js';
import { projectRoot } from '../runtime/root.js';
import type { ExampleDraft } from './cases/cases.js';
import { createCedarSlots } from '../policy/cedar/cedar-engine.js';
import { type CompiledEngine, createCompiledEngine } from '../policy/compiled-engine.js';
import { type DirectoryFacts, readFacts } from '../policy/facts.js';
import { type Digest, loadPolicies, type PolicySets } from '../policy/policies.js';

/** A folder of policies as an author works on it: rules, members, and the evaluator that the router uses. */
export interface Workspace {
  readonly folder: string;
  readonly sets: PolicySets;
  readonly directory: DirectoryFacts;
  readonly engine: CompiledEngine;
}

/**
 * Throws `config-invalid`, and `policy-invalid` with every fault as `file:line:col`: what is missing or cannot be read is
 * for its author to mend, where a router would wait for it.
 */
export function openWorkspace(folder: string, digest: Digest): Workspace {
  const directory = readFacts(join(folder, 'federation/directory.yaml'));
  const sets = loadMended(folder, directory, digest);
  return { folder, sets, directory, engine: createCompiledEngine(sets, createCedarSlots()) };
}

function loadMended(...asked: Parameters<typeof loadPolicies>): PolicySets {
  try {
    return loadPolicies(...asked);
  } catch (thrown) {
    const { code, message, details } = errorFrom(thrown);
    throw code === 'policy-missing' ? fail('policy-invalid', message, details) : thrown;
  }
}

const EXAMPLES = join(projectRoot, 'proto/examples');

/** The names under which `readExample` knows a draft, sorted. */
export function exampleNames(): readonly string[] {
  return readdirSync(EXAMPLES)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/** `proto/examples/<name>.json`, or undefined when there is none. */
export function readExample(name: string): ExampleDraft | undefined {
  if (!exampleNames().includes(name)) return undefined;
  return JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')) as ExampleDraft;
}
