import type { OrgId } from '../../kernel/ids.js';
import { ATTRIBUTE_FORMS, type Attributes } from '../../notice/attributes.js';
import { KINDS, SECTIONS } from '../../notice/kinds.js';
import { type Engine, setName } from '../../policy/engine.js';
import { type Policy, type PolicyNotice, createPolicy } from '../../policy/plan.js';
import { noticeShape, type Schema } from '../../policy/schema.js';
import type { Counterexample } from '../space/counterexample.js';
import type { Route } from '../diff/compare-route.js';
import type { Version } from '../space/answers.js';
import type { InvariantProof } from './prove-invariant.js';

/**
 * An invariant that no rule can break, because of how the planner asks the rules. It is shown by running the router's
 * own planner with sets that permit everything: what stays closed then, no set of any organisation can open.
 */
interface Structure {
  readonly id: string;
  readonly says: string;
  readonly breaks: (at: Situation) => boolean;
}

interface Situation {
  readonly version: Version;
  readonly route: Route;
  readonly notice: Attributes;
  /** Returns a policy whose sets permit everything, except the set `closed`. */
  readonly openPolicy: (closed?: string) => Policy;
}

const STRUCTURES: readonly Structure[] = [
  {
    id: 'excluded-never-receives',
    says: 'a recipient that the originator excludes receives nothing, whatever any rule permits',
    breaks: (at) => isReceived(at, { addressees: [at.route.recipient], excluded: [at.route.recipient] }),
  },
  {
    id: 'unaddressed-never-receives',
    says: 'a notice to listed addressees reaches no other member, whatever any rule permits',
    breaks: (at) => isReceived({ ...at, notice: { ...at.notice, audience: 'listed' } }, { addressees: [] }),
  },
  {
    id: 'own-data-only',
    says: "no organisation's rule opens another's data: federation, the originator's export and the recipient's import alone decide",
    breaks: (at) =>
      !isReceived(at, {}) ||
      asksOthers(at) ||
      ownSets(at.route).some((set) => isReceived(at, {}, at.openPolicy(set))),
  },
];

/** The ids of these invariants, which a file of invariants cannot use. */
export const STRUCTURE_IDS: readonly string[] = STRUCTURES.map(({ id }) => id);

/** Proves the invariants of the structure, for a plain notice of each kind on each route. */
export function proveStructure(version: Version, routes: readonly Route[]): readonly InvariantProof[] {
  const openPolicy = openPolicies(version);
  const situations = routes.flatMap((route) =>
    KINDS.map((kind) => ({
      version,
      route,
      openPolicy,
      notice: plainNotice(version.sets.schema, route.originator, kind),
    })),
  );
  return STRUCTURES.map(({ id, says, breaks }) => {
    const broken = situations.find(breaks);
    const size = BigInt(situations.length);
    const proof = { id, says, holds: broken === undefined && size > 0n, size };
    return broken === undefined ? proof : { ...proof, counterexample: exampleOf(broken) };
  });
}

function exampleOf({ route, notice }: Situation): Counterexample {
  return { header: notice, from: route.originator, to: route.recipient, section: null };
}

/** Making a policy reads every rule: one for each closed set is enough for all situations. */
function openPolicies(version: Version): Situation['openPolicy'] {
  const policies = new Map<string | undefined, Policy>();
  return (closed) => {
    const policy = policies.get(closed) ?? createPolicy({ ...version, engine: openEngine(closed) });
    policies.set(closed, policy);
    return policy;
  };
}

/** Returns an engine whose sets permit everything, except the set `closed`. */
function openEngine(closed?: string): Engine {
  return {
    evaluate: (set) => ({ decision: set === closed ? 'deny' : 'allow', rules: [], errors: [] }),
  };
}

function isReceived(
  { route, notice, openPolicy }: Situation,
  lists: Pick<PolicyNotice, 'addressees' | 'excluded'>,
  policy = openPolicy(),
): boolean {
  const decisions = policy.decide({
    attributes: notice,
    sections: SECTIONS,
    recipients: [route.recipient],
    ...lists,
  });
  return decisions.some(({ outcome }) => outcome !== 'denied');
}

function ownSets({ originator, recipient }: Route): readonly string[] {
  return ['federation', setName('export', originator), setName('import', recipient)];
}

/**
 * True when the planner evaluates a rule set other than the federation's, the originator's export rules or the
 * recipient's import rules.
 */
function asksOthers(at: Situation): boolean {
  const asked = new Set<string>();
  const open = openEngine();
  const engine: Engine = {
    evaluate: (set, question) => {
      asked.add(set);
      return open.evaluate(set, question);
    },
  };
  // A policy of its own: one with a cached plan would ask nothing.
  isReceived(at, {}, createPolicy({ ...at.version, engine }));
  return [...asked].some((set) => !ownSets(at.route).includes(set));
}

/** Returns a notice with the first word of each vocabulary and empty sets, also those that the schema leaves out. */
function plainNotice(schema: Schema, originator: OrgId, kind: string): Attributes {
  const sets = Object.entries(ATTRIBUTE_FORMS).filter(([, form]) => form === 'set');
  const notice: Record<string, unknown> = Object.fromEntries(sets.map(([path]) => [path, []]));
  for (const { path, form, words } of noticeShape(schema)) {
    const value = form === 'flag' ? false : form === 'set' ? [] : words[0];
    const [name = '', inner] = path.split('.');
    notice[name] = inner === undefined ? value : { ...(notice[name] as object), [inner]: value };
  }
  return { ...notice, originator, kind } as unknown as Attributes;
}
