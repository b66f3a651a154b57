import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import { policyNoticeOf, type ExampleDraft } from '../../services/shared/workbench/cases/cases.js';
import { readFacts } from '../../services/shared/policy/facts.js';
import type { PolicyNotice } from '../../services/shared/policy/plan.js';
import { loadPolicies, type PolicySets } from '../../services/shared/policy/policies.js';
import { digest } from '../../services/shared/trust/digest.js';

/** The policies of this repository, and the facts of their directory. */
export const folder = fileURLToPath(new URL('../../policies/', import.meta.url));
export const facts = readFacts(folder);

export function load(): PolicySets {
  return loadPolicies(folder, facts, digest);
}

export function schemaText(): string {
  return readFileSync(`${folder}schema.cedarschema`, 'utf8');
}

const examples = new URL('../../proto/examples/', import.meta.url);

export function example(kind: string): ExampleDraft {
  return JSON.parse(readFileSync(new URL(`${kind}.json`, examples), 'utf8')) as ExampleDraft;
}

/** Returns the example of a kind as this organisation would submit it. */
export function askedFrom(originator: OrgId, kind: string): PolicyNotice {
  const { header, sections } = example(kind);
  return policyNoticeOf(originator, header, Object.keys(sections) as Section[]);
}
