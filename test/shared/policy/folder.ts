import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { DirectoryFacts } from '../../../services/shared/policy/facts.js';
import type { EvaluationFault } from '../../../services/shared/policy/layers.js';
import { createPolicy, type Policy, type PolicyDeps } from '../../../services/shared/policy/plan.js';
import { loadPolicies, type PolicySets } from '../../../services/shared/policy/policies.js';
import { digest } from '../../../services/shared/trust/digest.js';

const SCHEMA = fileURLToPath(new URL('../../../policies/schema.cedarschema', import.meta.url));

export const [alfa, bravo, charlie] = [parseOrgId('alfa'), parseOrgId('bravo'), parseOrgId('charlie')];

/** Three members: alfa and bravo have an agreement, charlie is accredited for `basic` alone. */
export const facts: DirectoryFacts = {
  organisations: new Map([
    [alfa, { id: alfa, groups: ['north'], accreditedFor: ['basic', 'restricted'], agreements: [bravo] }],
    [
      bravo,
      { id: bravo, groups: ['north', 'sea'], accreditedFor: ['basic', 'restricted'], agreements: [alfa] },
    ],
    [charlie, { id: charlie, groups: ['south'], accreditedFor: ['basic'], agreements: [] }],
  ]),
};

export const attributes: Attributes = {
  originator: alfa,
  kind: 'red',
  purpose: 'arrest',
  personStatus: 'wanted',
  minor: false,
  crimeAreas: ['terrorism', 'cybercrime'],
  countries: ['FR', 'DE'],
  codes: [],
  evaluation: { source: 'A', information: '1' },
  tlp: 'green',
  classification: 'basic',
  audience: 'all',
  consents: [],
  reviewed: false,
};

let rules = 0;
/** Returns the rule with an id and a reason. */
export function rule(text: string, id = `rule-${++rules}`): string {
  return `@id("${id}")\n@reason("because")\n${text}\n`;
}

/** Makes a folder of policies that permit everything, except for the given `files`; removed after the test. */
export function folderWith(files: Readonly<Record<string, string | undefined>> = {}): string {
  const folder = makeFolder(files);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The shipped schema with `exchange`, a group of `receive` and, through another group, of `disclose`. */
export const groupedSchema = readFileSync(SCHEMA, 'utf8')
  .replace(
    'action receive ',
    'action exchange;\naction contents in [exchange];\naction receive in [exchange] ',
  )
  .replace('action disclose ', 'action disclose in [contents] ');

function makeFolder(files: Readonly<Record<string, string | undefined>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'));
  cpSync(SCHEMA, join(folder, 'schema.cedarschema'));
  const names = [...facts.organisations.keys()].flatMap((id) => [`${id}/export`, `${id}/import`]);
  const open = Object.fromEntries(
    ['federation/rules', ...names].map((name) => [
      `${name}.cedar`,
      rule('permit (principal, action, resource);', `${name.replace('/', '-')}-open`),
    ]),
  );
  for (const [path, text] of Object.entries({ ...open, ...files })) write(folder, path, text);
  return folder;
}

export function write(folder: string, path: string, text: string | undefined): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  if (text !== undefined) writeFileSync(join(folder, path), text);
}

export function loadWith(files: Readonly<Record<string, string | undefined>> = {}): PolicySets {
  const folder = makeFolder(files);
  try {
    return loadPolicies(folder, facts, digest);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns a policy over such a folder, and what it could not evaluate. */
export function policyWith(
  files: Readonly<Record<string, string | undefined>> = {},
  options: Partial<PolicyDeps> = {},
): { readonly policy: Policy; readonly faults: EvaluationFault[] } {
  const sets = loadWith(files);
  const faults: EvaluationFault[] = [];
  const onError = (fault: EvaluationFault): number => faults.push(fault);
  const engine = createCompiledEngine(sets, createCedarSlots());
  return { policy: createPolicy({ engine, sets, directory: facts, onError, ...options }), faults };
}
