import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Detail, fail } from '../kernel/errors.js';
import type { OrgId } from '../kernel/ids.js';
import { checkRules } from './check-rules.js';
import { type Layer, setName } from './engine.js';
import type { DirectoryFacts } from './facts.js';
import { readSchema } from './read-schema.js';
import type { Rule } from './rule.js';
import type { Schema } from './schema.js';

/** One layer's rules of one organisation, or the federation's. */
export interface PolicySet {
  readonly name: string;
  readonly layer: Layer;
  readonly rules: readonly Rule[];
}

/** An immutable snapshot of everything that decides, besides the directory. */
export interface PolicySets {
  /** `federation`, `europol/export`, `europol/import`, … in the order of the directory. */
  readonly sets: ReadonlyMap<string, PolicySet>;
  /** Base64url SHA-256 of the exact text of `schema` and of each set. */
  readonly digests: Readonly<Record<string, string>>;
  /** Every rule by its id, which is unique in the whole folder. */
  readonly rules: ReadonlyMap<string, Rule>;
  readonly schema: Schema;
}

/** SHA-256 as base64url; an argument, because policy knows no cryptography. */
export type Digest = (text: string) => string;

interface Source {
  readonly name: string;
  readonly layer: Layer;
  readonly path: string;
}

/**
 * Reads and checks a folder of policies for the members of a directory. Throws `policy-missing` when a file that must
 * be there is not, or holds no rule, and `policy-invalid` with every fault as `file:line:col`.
 */
export function loadPolicies(folder: string, directory: DirectoryFacts, digest: Digest): PolicySets {
  const schema = readSchema(join(folder, 'schema.cedarschema'), directory);
  const faults: Detail[] = [];
  const missing: Detail[] = [];
  const sets = new Map<string, PolicySet>();
  const digests: Record<string, string> = { schema: digest(textOf(folder, 'schema.cedarschema')) };
  for (const { name, layer, path } of sourcesOf([...directory.organisations.keys()])) {
    const text = textOf(folder, path);
    const checked = checkRules({ path, text }, schema);
    faults.push(...checked.faults);
    if (checked.rules.length + checked.faults.length === 0) missing.push({ path, message: 'no rules' });
    digests[name] = digest(text);
    sets.set(name, { name, layer, rules: checked.rules });
  }
  const rules = [...sets.values()].flatMap((set) => set.rules);
  faults.push(...duplicates(rules));
  refuse(faults, missing);
  return { sets, digests, schema, rules: new Map(rules.map((rule) => [rule.id, rule])) };
}

/** The files of a folder for these members, in the order in which layers are asked. */
function sourcesOf(members: readonly OrgId[]): readonly Source[] {
  const own = members.flatMap((organisation) =>
    (['export', 'import'] as const).map((layer) => {
      const name = setName(layer, organisation);
      return { name, layer, path: `${name}.cedar` };
    }),
  );
  return [{ name: 'federation', layer: 'federation', path: 'federation/rules.cedar' }, ...own];
}

/** A file that is not there is a set without rules, which `refuse` names. */
function textOf(folder: string, path: string): string {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fail('policy-missing', 'a file of policies cannot be read', [{ path, message: 'not readable' }]);
  }
}

/** An id is unique over all sets: decisions, cases and approvals name rules by it alone. */
function duplicates(rules: readonly Rule[]): readonly Detail[] {
  const first = new Map<string, string>();
  return rules.flatMap(({ id, place }) => {
    const before = first.get(id);
    if (id !== '' && before !== undefined) {
      return [{ path: place, message: `the id \`${id}\` is taken: see ${before}` }];
    }
    first.set(id, place);
    return [];
  });
}

function refuse(faults: readonly Detail[], missing: readonly Detail[]): void {
  const all = [...faults, ...missing];
  const [first] = all;
  if (first === undefined) return;
  const more = all.length > 1 ? `, and ${all.length - 1} more` : '';
  const code = faults.length > 0 ? 'policy-invalid' : 'policy-missing';
  throw fail(code, `${first.path}: ${first.message}${more}`, all);
}
