import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy, type Policy } from '../../../services/shared/policy/plan.js';
import type { PolicySet, PolicySets } from '../../../services/shared/policy/policies.js';
import type { Version } from '../../../services/shared/workbench/space/answers.js';
import { figuresOf } from '../figures.js';
import { withMembers } from '../many-members.js';
import type { Series } from '../measurement.js';
import { noticesOf } from './policy-subjects.js';
import { cpu, inRounds, type Part, type Rounds, type Spent, type Work } from '../rounds.js';

const MEMBERS = [7, 25, 50, 100, 200] as const;
/** The numbers of copies of each rule in a set. */
const COPIES = [1, 2, 4, 8, 16] as const;
/** The percentages of notices that have a different kind than the previous one. */
const SHARES = [0, 25, 50, 75, 100] as const;

const ANEW = 'decided anew';
const KNOWN = 'with a known plan';

interface Varied {
  readonly x: number;
  readonly version: Version;
}

/**
 * Measures the cost of deciding a notice for all recipients by members, by rules, and by share of new plans.
 */
export async function policySeries(policies: string, rounds: Rounds): Promise<readonly Series[]> {
  const shipped = withMembers(policies);
  const byMembers = MEMBERS.map((x) => ({ x, version: withMembers(policies, x) }));
  const byRules = COPIES.map((copies) => {
    const version = withCopies(shipped, copies);
    return { x: version.sets.rules.size, version };
  });
  return [
    await seriesOf('Deciding by number of organisations', byMembers, { rounds, name: 'organisations' }),
    await seriesOf('Deciding by number of rules', byRules, { rounds, name: 'rules of all sets' }),
    await shareSeries(shipped, rounds),
  ];
}

interface Plotting {
  readonly rounds: Rounds;
  /** The name of the varied quantity. */
  readonly name: string;
}

const Y = { name: 'a notice, all recipients and sections', unit: 'CPU µs' } as const;

async function seriesOf(
  title: string,
  varied: readonly Varied[],
  { rounds, name }: Plotting,
): Promise<Series> {
  const nameOf = (line: string, x: number): string => `${line} ${x}`;
  const parts = varied.flatMap(({ x, version }) => [
    partOf(nameOf(ANEW, x), decideAlternating(version, 100)),
    partOf(nameOf(KNOWN, x), decideAlternating(version, 0)),
  ]);
  const spent = await inRounds(parts, rounds, cpu);
  const lines = [ANEW, KNOWN].map((line) => {
    return { name: line, points: varied.map(({ x }) => ({ x, y: medianOf(spent, nameOf(line, x)) })) };
  });
  return { name: title, x: { name, unit: '' }, y: Y, lines };
}

async function shareSeries(version: Version, rounds: Rounds): Promise<Series> {
  const parts = SHARES.map((share) => partOf(String(share), decideAlternating(version, share)));
  const spent = await inRounds(parts, rounds, cpu);
  const points = SHARES.map((x) => ({ x, y: medianOf(spent, String(x)) }));
  return {
    name: 'Deciding by share of new plans',
    x: { name: 'notices that need a new plan', unit: '%' },
    y: Y,
    lines: [{ name: `${version.directory.organisations.size} organisations`, points }],
  };
}

const medianOf = (spent: Spent, name: string): number => figuresOf(spent.get(name) ?? []).median;
const partOf = (name: string, work: Work): Part => ({ name, operations: STEPS, prepare: () => work });

/** The number of notices that one call decides. */
const STEPS = 20;

/**
 * Decides notices of one member for all recipients. The policy caches a single plan, so the `share` percent
 * of notices that have a different kind than the previous one need a new plan.
 */
function decideAlternating({ sets, directory }: Version, share: number): Work {
  const [first] = directory.organisations.keys();
  if (first === undefined) throw new Error('no members');
  const [red, yellow] = ['red', 'yellow'].map((kind) =>
    noticesOf([first], 9).find((attributes) => attributes.kind === kind),
  );
  if (red === undefined || yellow === undefined) throw new Error('no examples');
  const policy: Policy = createPolicy({
    engine: createCompiledEngine(sets),
    sets,
    directory,
    rowsPerOriginator: 0,
  });
  const change = (STEPS * share) / 100;
  let [now, next] = [red, yellow];
  return () => {
    for (let step = 0; step < STEPS; step += 1) {
      if (step < change) [now, next] = [next, now];
      policy.decide({ attributes: now, sections: SECTIONS });
    }
  };
}

/**
 * Returns the version with `copies` copies of each rule, under different ids; the decisions stay the same.
 */
function withCopies({ sets, directory }: Version, copies: number): Version {
  const copied = new Map([...sets.sets].map(([name, set]) => [name, copySet(set, copies)]));
  const all = [...copied.values()].flatMap(({ rules }) => rules.map((rule) => [rule.id, rule] as const));
  const more: PolicySets = { ...sets, sets: copied, rules: new Map(all) };
  return { sets: more, directory };
}

function copySet(set: PolicySet, copies: number): PolicySet {
  const rules = Array.from({ length: copies }, (_, copy) =>
    set.rules.map((rule) => (copy === 0 ? rule : { ...rule, id: `${rule.id}-copy-${copy}` })),
  );
  return { ...set, rules: rules.flat() };
}
