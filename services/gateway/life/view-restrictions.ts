import type { OwnLife } from './own-life.js';

/** A restriction by the originator in force, as the gateway shows it; without `sections` of the whole notice. */
interface ShownRestriction {
  readonly org: string;
  readonly sections?: readonly string[];
}

/** Shows the restrictions by the originator that are in force for later revisions, sorted by holder. */
export function viewRestrictions(life: Pick<OwnLife, 'bars'> | undefined): readonly ShownRestriction[] {
  return [...(life?.bars ?? [])]
    .map(([org, { whole, sections }]) => (whole ? { org } : { org, sections }))
    .toSorted((a, b) => (a.org < b.org ? -1 : 1));
}
