import type { OrgId } from '../../kernel/ids.js';
import type { Version } from '../space/answers.js';
import { createSpace } from '../space/space.js';
import { type Change, createChanges, type HexDigest } from './changes.js';
import { compareRoute, type Route } from './compare-route.js';

/** What two versions of the policies differ in, over every notice that either can tell apart. */
export interface PolicyDiff {
  readonly changes: readonly Change[];
  /** How many decisions it covers, symbolically: notices that rules can tell apart, whole and by section, on every route. */
  readonly size: bigint;
  /** What was not followed, in words; empty when complete. */
  readonly cut: readonly string[];
}

/** After each route. */
export interface DiffProgress {
  readonly routes: number;
  readonly of: number;
  readonly decisions: bigint;
}

export interface DiffDeps {
  readonly digest: HexDigest;
  /** Awaited after each route, so that the caller can breathe, or stop by throwing. */
  readonly onProgress?: (progress: DiffProgress) => Promise<void>;
}

/** A member of one version alone is compared with nothing: there nobody sends to it and it sends to nobody. */
export async function diffPolicies(
  before: Version,
  after: Version,
  { digest, onProgress }: DiffDeps,
): Promise<PolicyDiff> {
  const comparing = { space: createSpace([before, after]), before, after };
  const changes = createChanges({ before: before.sets.rules, after: after.sets.rules }, digest);
  const routes = routesOf([before, after]);
  let size = 0n;
  for (const [index, route] of routes.entries()) {
    const { differences, decisions } = compareRoute(route, comparing);
    changes.add(route, differences);
    size += decisions;
    await onProgress?.({ routes: index + 1, of: routes.length, decisions: size });
  }
  return { changes: changes.all(), size, cut: comparing.space.cut() };
}

function routesOf(versions: readonly Version[]): readonly Route[] {
  const members: readonly OrgId[] = [
    ...new Set(versions.flatMap(({ directory }) => [...directory.organisations.keys()])),
  ];
  return members.flatMap((originator) =>
    members.filter((recipient) => recipient !== originator).map((recipient) => ({ originator, recipient })),
  );
}
