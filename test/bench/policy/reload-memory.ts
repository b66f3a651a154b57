import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createEngines } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy } from '../../../services/shared/policy/plan.js';
import type { PolicySets } from '../../../services/shared/policy/policies.js';
import { readRules } from '../../../services/shared/policy/rule.js';
import type { Version } from '../../../services/shared/workbench/space/answers.js';
import { garbageCollector } from '../collect-garbage.js';
import { slopeOf } from '../figures.js';
import { noticesOf } from './policy-subjects.js';

/** Resident memory in MiB while policies are loaded repeatedly. */
export interface ReloadMemory {
  readonly reloads: number;
  /** After the first tenth of the loads, when all code has run at least once. */
  readonly early: number;
  readonly late: number;
  /** Growth in KiB per load after the first tenth, by least squares. */
  readonly slope: number;
}

const LOOKS = 40;

/**
 * Creates an engine and a policy and decides with them, as the router does after each load. The sets are
 * copied each time, as the router receives them from the process that reads them.
 */
export async function measureReloads({ sets, directory }: Version, reloads: number): Promise<ReloadMemory> {
  const engineOf = createEngines();
  const notices = noticesOf([...directory.organisations.keys()], 9);
  const collect = garbageCollector();
  const seen: (readonly [number, number])[] = [];
  const step = Math.max(1, Math.floor(reloads / LOOKS));
  for (let reload = 1; reload <= reloads; reload += 1) {
    const copy = structuredClone(sets);
    const policy = createPolicy({ sets: copy, engine: await engineOf(copy), directory });
    for (const attributes of notices) policy.decide({ attributes, sections: SECTIONS.slice(0, 2) });
    if (reload % step !== 0) continue;
    collect();
    seen.push([reload, process.memoryUsage().rss / 1024]);
  }
  const after = seen.slice(Math.floor(seen.length / 10));
  const mib = (look: readonly [number, number] | undefined): number => (look?.[1] ?? 0) / 1024;
  return { reloads, early: mib(after[0]), late: mib(after.at(-1)), slope: slopeOf(after) };
}

/**
 * Returns the version with a rule that only Cedar evaluates, so that Cedar's two slots are written
 * alternately.
 */
export function withInterpreted(version: Version): Version {
  const { rules } = readRules({
    path: 'bench.cedar',
    text: '@id("bench-left-to-cedar")\n@reason("bench")\nforbid (principal, action == Action::"receive", resource)\nwhen { resource.kind == Kind::"purple" && action == Action::"receive" };',
  });
  const [federation] = version.sets.sets.values();
  if (federation === undefined) throw new Error('no sets');
  const set = { ...federation, rules: [...federation.rules, ...rules] };
  const sets: PolicySets = {
    ...version.sets,
    sets: new Map(version.sets.sets).set(set.name, set),
    rules: new Map([...version.sets.rules, ...rules.map((rule) => [rule.id, rule] as const)]),
  };
  return { ...version, sets };
}
