import type { RoutedMembers } from '../../shared/wire/routed-members.js';
import { parseShownReleases } from '../../shared/wire/shown-releases.js';
import type { Viewer } from '../session/viewer.js';
import type { ShownInForce } from './shown-policies.js';

const ANSWER_TIMEOUT_MS = 2_000;

/**
 * Asks the routers for the release of the federation that is in force; null for the files that the folder of the hub had first, and
 * when none answers.
 */
export async function readFederationRelease(urls: readonly string[]): Promise<ShownInForce['release']> {
  const answers = await Promise.all(urls.map((url) => readFrom(url).catch(() => undefined)));
  const [first] = answers.filter((answer) => answer !== undefined);
  const inForce = first?.releases.find(({ state }) => state === 'in-force');
  if (inForce === undefined) return null;
  const { version, release, judgedAt, recordedAt } = inForce;
  return { version, digest: release, adoptedAt: judgedAt ?? recordedAt };
}

async function readFrom(url: string) {
  const response = await fetch(`${url}/releases`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  return parseShownReleases(await response.json());
}

/** The releases in force of a hub. */
export interface InForce {
  readonly federation: ShownInForce['release'];
  readonly members: RoutedMembers;
}

/** Returns the releases in force that a viewer may see: that of the federation, and all, or that of its organisation. */
export function releasesFor(
  { scope }: Pick<Viewer, 'scope'>,
  { federation, members }: InForce,
): readonly ShownInForce[] {
  const own = Object.entries(members).filter(([org]) => scope === undefined || scope.org === org);
  return [{ org: 'federation', release: federation }, ...own.map(([org, { release }]) => ({ org, release }))];
}
