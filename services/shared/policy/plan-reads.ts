import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OrgId } from '../kernel/ids.js';
import { setName } from './engine.js';
import type { DirectoryFacts } from './facts.js';
import type { PolicySets } from './policies.js';
import { addReads, type KnownFacts, type Reads, readsOriginator } from './reads.js';

/** Returns what any layer reads of notices from one originator, for all recipients and sections. */
export type ReadsOf = (originator: OrgId) => Reads;

/**
 * Collects once what is read by the rules that do not depend on the originator, which are most: a walk
 * through the rules of 200 members takes 6 ms, too long to repeat for every originator after each change of a
 * rule.
 */
export function createReadsOf(sets: PolicySets, { organisations }: DirectoryFacts): ReadsOf {
  // The planner itself reads H3 (`row.ts`).
  const common: Reads = new Map([['codes', new Set(['H3'])]]);
  const perOriginator: { readonly rule: PolicyJson; readonly known: KnownFacts }[] = [];
  const rulesOf = (set: string): readonly PolicyJson[] =>
    sets.sets.get(set)?.rules.map(({ json }) => json) ?? [];
  const visit = (set: string, known: KnownFacts): void => {
    for (const rule of rulesOf(set)) {
      if (readsOriginator(rule)) perOriginator.push({ rule, known });
      else addReads(common, rule, known);
    }
  };
  visit('federation', {});
  for (const recipient of organisations.values()) visit(setName('import', recipient.id), { recipient });
  return (originator) => {
    const reads = new Map(common);
    for (const { rule, known } of perOriginator) addReads(reads, rule, { ...known, originator });
    for (const rule of rulesOf(setName('export', originator))) addReads(reads, rule, { originator });
    return reads;
  };
}
