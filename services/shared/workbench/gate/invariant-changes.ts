import { changeIdOf } from '../diff/change-id.js';
import type { HexDigest } from '../diff/changes.js';
import type { Invariant } from '../prove/invariant-file.js';

/** An adopted invariant that the next version removes or changes. */
export interface InvariantChange {
  /** 64 hex digits, which approvers of a release of the federation sign. */
  readonly digest: string;
  /** The first 12 of them, which name exactly this change in `federation/approvals.yaml`. */
  readonly id: string;
  readonly invariant: string;
  readonly isRemoved: boolean;
  /** The members that are newly listed under `joining`; absent when anything else changed. */
  readonly joining?: readonly string[];
}

/**
 * Returns the adopted invariants that the next version removes or changes; another text in `says` is not a
 * change.
 */
export function invariantChanges(
  adopted: readonly Invariant[],
  next: readonly Invariant[],
  digest: HexDigest,
): readonly InvariantChange[] {
  return adopted.flatMap((was) => {
    const is = next.find(({ id }) => id === was.id);
    const [before, after] = [meaningOf(was), is === undefined ? null : meaningOf(is)];
    if (before === after) return [];
    const whole = digest(JSON.stringify(['invariant', was.id, before, after]));
    const change = { digest: whole, id: changeIdOf(whole), invariant: was.id, isRemoved: is === undefined };
    if (is === undefined || demandOf(is) !== demandOf(was)) return [change];
    const joining = (is.joining ?? []).filter((member) => !was.joining?.includes(member));
    return [{ ...change, joining }];
  });
}

const demandOf = ({ when, never, always }: Invariant): string =>
  JSON.stringify([when.trim(), never ?? null, always ?? null]);

const meaningOf = (invariant: Invariant): string =>
  JSON.stringify([demandOf(invariant), invariant.joining?.toSorted() ?? []]);
