import type { Change, HexDigest, Owner } from './changes.js';

/** The loosenings that one organisation, or the federation, approves with one entry when a member joins. */
export interface AccessionPart {
  /** The owner of the rules that loosen. */
  readonly org: Owner;
  /** Loosenings that affect routes from or to the member alone. */
  readonly loosenings: readonly Change[];
  /** SHA-256 of the sorted digests of the loosenings, each followed by a line end, as 64 hex digits. */
  readonly digest: string;
}

/**
 * Returns what the accession of a member loosens, one part for each owner of rules. A loosening that also
 * affects a route between other members is not part of the accession and needs an approval of its own.
 */
export function accessionOf(
  member: string,
  changes: readonly Change[],
  digest: HexDigest,
): readonly AccessionPart[] {
  const found = changes.filter((change) => change.type === 'loosened' && isOnlyAbout(member, change));
  return [...new Set(found.map(({ org }) => org))].map((org) => {
    const loosenings = found.filter((change) => change.org === org);
    const sorted = loosenings.map((change) => change.digest).toSorted();
    return { org, loosenings, digest: digest(`${sorted.join('\n')}\n`) };
  });
}

function isOnlyAbout(member: string, { kinds }: Change): boolean {
  const routes = kinds.flatMap((kind) => kind.routes);
  return (
    routes.length > 0 &&
    routes.every(({ originator, recipient }) => originator === member || recipient === member)
  );
}
