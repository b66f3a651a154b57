import type { OrgId } from '../../kernel/ids.js';
import type { Version } from '../space/answers.js';
import { createSpace, type Space } from '../space/space.js';
import { type Change, createChanges, type HexDigest } from './changes.js';
import { createCompareRoute, type Route } from './compare-route.js';

/** The differences of two versions of the policies, over every notice that either can distinguish. */
export interface PolicyDiff {
  readonly changes: readonly Change[];
  /**
   * How many decisions were compared symbolically: notices that rules distinguish, whole and by section, on every
   * route.
   */
  readonly size: bigint;
  /** The conditions that were not analysed, in words; empty when the comparison is complete. */
  readonly cut: readonly string[];
  /** The answers of both versions, so that they can be checked at single notices. */
  readonly space: Space;
}

/** The progress after each route. */
export interface DiffProgress {
  readonly routes: number;
  readonly of: number;
  readonly decisions: bigint;
}

/** What `diffPolicies` needs besides the versions. */
export interface DiffDeps {
  readonly digest: HexDigest;
  /** The routes to compare; all by default, so that `size` covers those without differences too. */
  readonly routes?: readonly Route[];
  /** Awaited after each route, so that the caller can yield to other work, or stop by throwing. */
  readonly onProgress?: (progress: DiffProgress) => Promise<void>;
}

/** Compares two versions. A member of one version alone sends and receives nothing in the other. */
export async function diffPolicies(
  before: Version,
  after: Version,
  { digest, onProgress, routes = routesOf([before, after]) }: DiffDeps,
): Promise<PolicyDiff> {
  const comparing = { space: createSpace([before, after]), before, after };
  const compareRoute = createCompareRoute(comparing);
  const changes = createChanges({ before, after }, digest);
  let size = 0n;
  for (const [index, route] of routes.entries()) {
    const { differences, decisions } = compareRoute(route);
    changes.add(route, differences);
    size += decisions;
    await onProgress?.({ routes: index + 1, of: routes.length, decisions: size });
  }
  return { changes: changes.all(), size, cut: comparing.space.cut(), space: comparing.space };
}

/** Returns every pair of members of any of these versions. */
export function routesOf(versions: readonly Version[]): readonly Route[] {
  const members: readonly OrgId[] = [
    ...new Set(versions.flatMap(({ directory }) => [...directory.organisations.keys()])),
  ];
  return members.flatMap((originator) =>
    members.filter((recipient) => recipient !== originator).map((recipient) => ({ originator, recipient })),
  );
}
