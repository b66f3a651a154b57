import { groupBy } from '../../shared/kernel/group-by.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { PendingRequests } from '../../shared/trust/directory/pending-requests.js';
import type { ReleaseInForce, RoutedMember, RoutedMembers } from '../../shared/wire/routed-members.js';

interface ShowMembersParams {
  readonly members: Iterable<string>;
  /** Digests of the policies in force, by set such as `europol/import`. */
  readonly policies: Readonly<Record<string, string>>;
  /** True where members release their own rules: then one without a release in force has none. */
  readonly takesReleases: boolean;
  readonly store: Pick<RouterStore, 'releases'>;
  readonly keyRequests: Pick<PendingRequests, 'waiting'>;
}

/** Returns what `/members` shows: the rules of each member in force, and what it asked about its keys. */
export function showMembers(params: ShowMembersParams): RoutedMembers {
  const { members, policies, takesReleases, store, keyRequests } = params;
  const sets = groupBy(Object.entries(policies), ([set]) => set.split('/', 1)[0] ?? '');
  const releases = new Map(store.releases.listInForce().map((row) => [row.org, row]));
  const waiting = groupBy(keyRequests.waiting(), ({ org }) => org);
  const shown = [...members].map((org): readonly [string, RoutedMember] => {
    const release = releaseOf(releases.get(org));
    const own = takesReleases && release === null ? [] : (sets.get(org) ?? []);
    const layers = own.map(([set, digest]) => [set.slice(org.length + 1), digest] as const);
    const asked = (waiting.get(org) ?? []).map(({ use, revokes, since }) => ({ use, revokes, since }));
    return [org, { policies: Object.fromEntries(layers), release, keyRequests: asked }];
  });
  return Object.fromEntries(shown);
}

type ReleaseRow = ReturnType<RouterStore['releases']['listInForce']>[number];

function releaseOf(row: ReleaseRow | undefined): ReleaseInForce | null {
  if (row === undefined) return null;
  const { version, digest, at, judgedAt } = row;
  return { version, digest, adoptedAt: new Date(judgedAt ?? at).toISOString() };
}
