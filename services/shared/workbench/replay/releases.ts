/** A place in the order of the ledger. */
export interface LedgerPoint {
  /** Rises along the ledger: the number of the entry, or the time of the record where no number is known. */
  readonly order: number;
  /** Counts entries of the ledger, to compare with another point. */
  readonly entry: number;
  /** When the record was made, in milliseconds since the epoch. */
  readonly at: number;
  /** Digest of the statement of the record there. */
  readonly record: string;
}

/** The bundle that a record should have named, and where the ledger adopted it. */
export interface StaleRelease {
  readonly newest: string;
  readonly adopted: LedgerPoint;
}

/** Which bundle of policies was adopted where on the ledger. */
export interface Releases {
  /** Notes that a record names this bundle: the first record that does adopts it. */
  name(bundle: string, point: LedgerPoint): void;
  /** Notes that a judgement or an operator's command adopted this bundle, also one that was adopted before. */
  adopt(bundle: string, point: LedgerPoint): void;
  /**
   * Returns the newest bundle adopted up to this point if the named one is neither that nor, while a router may not have
   * seen the adoption yet, the one before.
   */
  judge(bundle: string, point: LedgerPoint): StaleRelease | undefined;
}

interface Adoption {
  readonly bundle: string;
  readonly point: LedgerPoint;
}

/** How long, and for how many entries, a router may still decide by the bundle before. */
const LAG_MS = 10_000;
const LAG_ENTRIES = 1_000;

/** Creates the list of adoptions; records may be noted in any order, but all of them before the first is judged. */
export function createReleases(): Releases {
  const first = new Map<string, LedgerPoint>();
  const stated: Adoption[] = [];
  let sorted: readonly Adoption[] | undefined;
  const adoptions = (): readonly Adoption[] => {
    sorted ??= adoptionsIn([...Array.from(first, ([bundle, point]) => ({ bundle, point })), ...stated]);
    return sorted;
  };
  return {
    name(bundle, point) {
      const known = first.get(bundle);
      if (known !== undefined && known.order <= point.order) return;
      first.set(bundle, point);
      sorted = undefined;
    },
    adopt(bundle, point) {
      stated.push({ bundle, point });
      sorted = undefined;
    },
    judge(bundle, point) {
      const all = adoptions();
      const at = all.findLastIndex((adoption) => adoption.point.order <= point.order);
      const newest = all[at];
      if (newest === undefined || newest.bundle === bundle) return undefined;
      const isBefore = all[at - 1]?.bundle === bundle;
      if (isBefore && isLagging(newest.point, point)) return undefined;
      return { newest: newest.bundle, adopted: newest.point };
    },
  };
}

/** Sorts adoptions and leaves out those of the bundle that is the newest already. */
function adoptionsIn(all: readonly Adoption[]): readonly Adoption[] {
  const inOrder = all.toSorted((a, b) => a.point.order - b.point.order);
  return inOrder.filter(({ bundle }, at) => bundle !== inOrder[at - 1]?.bundle);
}

function isLagging(adopted: LedgerPoint, { at, entry }: LedgerPoint): boolean {
  const entries = entry - adopted.entry;
  // In another epoch of LEDGER sequences begin again, so that a negative distance says nothing.
  return at - adopted.at < LAG_MS || (entries >= 0 && entries < LAG_ENTRIES);
}
