import { groupBy } from '../../kernel/group-by.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Kind, Section } from '../../notice/kinds.js';
import type { Layer } from '../../policy/engine.js';
import type { Version } from '../space/answers.js';
import type { Counterexample } from '../space/counterexample.js';
import { changeIdOf } from './change-id.js';
import { createChangedContext } from './changed-context.js';
import type { Difference, Route } from './compare-route.js';
import type { DiffFinding } from './findings.js';

/** The author of the rules of a layer. */
export type Owner = OrgId | 'federation';

/** One change of the rules, with every route and kind that it affects. */
export interface Change extends Pick<DiffFinding, 'type' | 'permission' | 'layer' | 'rules' | 'obligation'> {
  /** 64 hex digits, equal for the same change of the same rules on the same routes (docs/adr/0014). */
  readonly digest: string;
  /** The first 12 digits of `digest`, which people read and approve. */
  readonly id: string;
  readonly org: Owner;
  readonly section: Section | null;
  /** In the order of the vocabulary. */
  readonly kinds: readonly ChangedKind[];
}

/** The effect of a change on notices of one kind. */
export interface ChangedKind {
  readonly kind: Kind;
  /** The plainest notice that the change affects. */
  readonly counterexample: Counterexample;
  /** Every route on which the change affects notices of this kind. */
  readonly routes: readonly Route[];
}

/** SHA-256 as hex; passed as an argument, because the workbench imports no cryptography. */
export type HexDigest = (text: string) => string;

interface ChangeGroup {
  readonly org: Owner;
  readonly section: Section | null;
  readonly finding: DiffFinding;
  readonly kinds: Map<Kind, { best: Difference; route: Route; routes: Route[] }>;
}

/** Groups the differences of all routes into changes. */
export interface Changes {
  /** Adds the differences of one route. */
  add(route: Route, differences: readonly Difference[]): void;
  /** Returns the changes in the order found, without those that only combine several others on the same routes. */
  all(): readonly Change[];
}

/** The versions that are compared. */
interface Versions {
  readonly before: Version;
  readonly after: Version;
}

/** Returns an empty collection of changes; `digest` makes their ids. */
export function createChanges(versions: Versions, digest: HexDigest): Changes {
  const identityOf = createIdentity(versions);
  const groups = new Map<string, ChangeGroup>();
  const addFinding = (finding: DiffFinding, difference: Difference, route: Route): void => {
    const org = ownerOf(finding.layer, route);
    const { section, kind } = difference;
    const key = JSON.stringify([finding, org, section]);
    const group = groups.get(key) ?? { org, section, finding, kinds: new Map() };
    groups.set(key, group);
    const known = group.kinds.get(kind) ?? { best: difference, route, routes: [] };
    if (difference.distance < known.best.distance) Object.assign(known, { best: difference, route });
    if (known.routes.at(-1) !== route) known.routes.push(route);
    group.kinds.set(kind, known);
  };
  return {
    add(route, differences) {
      for (const difference of differences) {
        for (const finding of difference.value) addFinding(finding, difference, route);
      }
    },
    all() {
      const found = [...groups.values()];
      const alike = groupBy(found, contextOf);
      return found
        .filter((group) => !isCompound(group, alike.get(contextOf(group)) ?? []))
        .map((group) => changeOf(group, digest(identityOf(group))));
    },
  };
}

function ownerOf(layer: Layer, { originator, recipient }: Route): Owner {
  return layer === 'federation' ? layer : layer === 'export' ? originator : recipient;
}

/**
 * True for a change by several rules together whose every rule is also reported alone for the same kinds and routes:
 * the combination tells the reader nothing new. `alike` has the changes that differ from it in their rules alone.
 */
function isCompound(group: ChangeGroup, alike: readonly ChangeGroup[]): boolean {
  const rules = rulesOf(group);
  if (rules.length < 2) return false;
  const parts = alike.filter((other) => other !== group && isPart(other, group));
  return rules.every((rule) => {
    const naming = parts.filter((part) => rulesOf(part).includes(rule));
    return [...group.kinds].every(([kind, { routes }]) => {
      const reported = new Set(naming.flatMap((part) => part.kinds.get(kind)?.routes ?? []));
      return routes.every((route) => reported.has(route));
    });
  });
}

function isPart(part: ChangeGroup, whole: ChangeGroup): boolean {
  const rules = rulesOf(whole);
  return rulesOf(part).length < rules.length && rulesOf(part).every((rule) => rules.includes(rule));
}

function rulesOf({ finding: { rules } }: ChangeGroup): readonly string[] {
  return [...rules.before.map((id) => `before ${id}`), ...rules.after.map((id) => `after ${id}`)];
}

/** Returns everything about a change except its rules, as text to compare. */
function contextOf({ org, section, finding }: ChangeGroup): string {
  return JSON.stringify([org, section, { ...finding, rules: undefined }]);
}

/**
 * Returns everything that an approval of a loosening covers, as text. It holds both versions of each rule, so that a
 * later change of an approved rule needs a new approval, and the facts and the schema where they differ, since the same rule
 * then opens something else. Rules are in Cedar's JSON form with their annotations, so that formatting changes nothing.
 */
function createIdentity({ before, after }: Versions): (group: ChangeGroup) => string {
  const [old, now] = [before.sets.rules, after.sets.rules];
  const bothVersionsOf = (id: string) => [id, old.get(id)?.json ?? null, now.get(id)?.json ?? null];
  const contextOf = createChangedContext(before, after);
  return ({ org, section, finding, kinds }) => {
    const { type, layer, permission, obligation = null, rules } = finding;
    const routes = [...kinds.values()].flatMap((each) => each.routes);
    const reach = [...kinds].flatMap(([kind, each]) =>
      each.routes.map(({ originator, recipient }) => `${kind} ${originator} ${recipient}`),
    );
    const [removed, added] = [rules.before.map(bothVersionsOf), rules.after.map(bothVersionsOf)];
    const parts = [type, org, layer, permission, section, obligation, removed, added, reach.toSorted()];
    const context = contextOf(routes);
    return JSON.stringify(Object.keys(context).length === 0 ? parts : [...parts, context]);
  };
}

function changeOf({ org, section, finding, kinds }: ChangeGroup, digest: string): Change {
  const changed = [...kinds].map(([kind, { best, route, routes }]) => ({
    kind,
    counterexample: counterexampleOf(best, route),
    routes,
  }));
  return { id: changeIdOf(digest), digest, ...finding, org, section, kinds: changed };
}

function counterexampleOf({ witness, section }: Difference, route: Route): Counterexample {
  return { header: witness, from: route.originator, to: route.recipient, section };
}
