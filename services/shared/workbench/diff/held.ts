import type { OrgId } from '../../kernel/ids.js';
import type { Kind, Section } from '../../notice/kinds.js';
import { createExcessOf, type Excess, type ExcessOf, type HeldShare } from '../../policy/overheld.js';
import type { Workspace } from '../workspace.js';

/** What a recipient holds of a notice, with the names of both. */
export interface RecipientCopy extends HeldShare {
  readonly id: string;
  readonly jti: string;
}

/** What a recipient would hold and not get by the newer version. */
export interface HeldExcess extends Excess {
  readonly id: string;
  readonly jti: string;
  readonly kind: Kind;
  readonly recipient: OrgId;
  /** True when it would not get the same by the older version either. */
  readonly already: boolean;
}

/** Who would hold what they may not any more. */
export interface HeldDiff {
  /** How many pairs of notice and recipient were judged. */
  readonly pairs: number;
  readonly overheld: readonly HeldExcess[];
}

/** Judges held copies by both versions. Copies are added one by one, as there may be many. */
export interface HeldComparison {
  add(copy: RecipientCopy): void;
  /** Returns what was found so far. */
  result(): HeldDiff;
}

/** Returns a comparison without copies. */
export function compareHeld(before: Workspace, after: Workspace): HeldComparison {
  const [old, now] = [judgementBy(before), judgementBy(after)];
  const overheld: HeldExcess[] = [];
  let pairs = 0;
  return {
    add(copy) {
      pairs += 1;
      const excess = now(copy);
      if (excess === undefined) return;
      const { id, jti, attributes, recipient } = copy;
      const already = isCovered(excess, old(copy));
      overheld.push({ id, jti, kind: attributes.kind, recipient, ...excess, already });
    },
    result: () => ({ pairs, overheld }),
  };
}

const judgementBy = ({ engine, sets, directory }: Workspace): ExcessOf =>
  createExcessOf({ engine, sets, directory });

function isCovered(excess: Excess, by: Excess | undefined): boolean {
  if (by === undefined || (excess.whole && !by.whole)) return false;
  return excess.sections.every((section: Section) => by.sections.includes(section));
}
