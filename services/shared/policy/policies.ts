import { type Detail, detailsText, fail } from '../kernel/errors.js';
import { checkRules } from './cedar/check-rules.js';
import type { Layer } from './engine.js';
import type { DirectoryFacts } from './facts.js';
import { readSchema } from './cedar/read-schema.js';
import { readText, type ReadText } from '../kernel/read-text.js';
import type { Rule } from './rule.js';
import { duplicateIds, ruleFiles, textOrThrow } from './load/rule-files.js';
import { type Schema, SCHEMA_FILE } from './schema.js';
import { supplyFaults } from './supply-faults.js';
import { placeInSchema } from './text/schema-place.js';

/** The export or import rules of one organisation, or the rules of the federation. */
export interface PolicySet {
  readonly name: string;
  readonly layer: Layer;
  readonly rules: readonly Rule[];
}

/** An immutable snapshot of a folder of policies. Together with the directory it determines every decision. */
export interface PolicySets {
  /** `federation`, `europol/export`, `europol/import`, … in the order of the directory. */
  readonly sets: ReadonlyMap<string, PolicySet>;
  /** Base64url SHA-256 of the exact text of `schema` and of each set. */
  readonly digests: Readonly<Record<string, string>>;
  /** Every rule by its id, which is unique in the whole folder. */
  readonly rules: ReadonlyMap<string, Rule>;
  readonly schema: Schema;
}

/** Returns a snapshot with these sets alone: it evaluates single rules under the schema of the whole. */
export function onlySets(policies: PolicySets, only: readonly PolicySet[]): PolicySets {
  return {
    ...policies,
    sets: new Map(only.map((set) => [set.name, set])),
    rules: new Map(only.flatMap((set) => set.rules).map((rule) => [rule.id, rule])),
  };
}

/** SHA-256 as base64url; passed as an argument, because the policy layer imports no cryptography. */
export type Digest = (text: string) => string;

/**
 * Reads and checks a folder of policies for the members of a directory. Throws `policy-missing` when a required
 * file is missing or holds no rule, and `policy-invalid` with every fault as `file:line:col`.
 */
export function loadPolicies(folder: string, directory: DirectoryFacts, digest: Digest): PolicySets {
  return loadTexts((path) => readText(folder, path), directory, digest);
}

/** As `loadPolicies`, for the texts of a bundle by path. */
export function loadBundle(
  files: ReadonlyMap<string, string>,
  directory: DirectoryFacts,
  digest: Digest,
): PolicySets {
  const read = (path: string): ReadText => {
    const text = files.get(path);
    return text === undefined ? { type: 'absent' } : { type: 'text', text };
  };
  return loadTexts(read, directory, digest);
}

function loadTexts(
  readFile: (path: string) => ReadText,
  directory: DirectoryFacts,
  digest: Digest,
): PolicySets {
  // Each file is read once: with two reads, a save in between could pair one text with the digest of another.
  const schemaText = textOrThrow(readFile(SCHEMA_FILE));
  const schema = readSchema(schemaText, directory);
  const faults: Detail[] = misfits(schemaText ?? '', schema);
  const missing: Detail[] = [];
  const sets = new Map<string, PolicySet>();
  const digests: Record<string, string> = { schema: digest(schemaText ?? '') };
  for (const { name, layer, path } of ruleFiles([...directory.organisations.keys()])) {
    const read = readFile(path);
    // A missing file is a set without rules, which `refuse` reports.
    const text = read.type === 'text' ? read.text : '';
    const checked = checkRules({ path, text }, schema);
    faults.push(...checked.faults);
    if (read.type === 'bytes') faults.push(read.fault);
    else if (read.type === 'unreadable') missing.push(read.fault);
    else if (checked.rules.length + checked.faults.length === 0) missing.push({ path, message: 'no rules' });
    digests[name] = digest(text);
    sets.set(name, { name, layer, rules: checked.rules });
  }
  const rules = [...sets.values()].flatMap((set) => set.rules);
  faults.push(...duplicateIds(rules));
  refuse(faults, missing);
  return { sets, digests, schema, rules: new Map(rules.map((rule) => [rule.id, rule])) };
}

/** Under such a schema no question fits, so that every decision would be a denial. */
function misfits(text: string, schema: Schema): Detail[] {
  return supplyFaults(schema)
    .filter(({ severity }) => severity === 'error')
    .map(({ at, message }) => ({ path: `${SCHEMA_FILE}:${placeInSchema(text, at)}`, message }));
}

function refuse(faults: readonly Detail[], missing: readonly Detail[]): void {
  const all = [...faults, ...missing].map(({ path, message }) => ({ path, message }));
  if (all.length === 0) return;
  const code = faults.length > 0 ? 'policy-invalid' : 'policy-missing';
  throw fail(code, detailsText(all), all);
}
