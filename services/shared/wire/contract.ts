/** The newest contract that this version speaks: the number in field 1 of every frame (proto/README.md#versions). */
export const CONTRACT = 1;

/**
 * The oldest contract that this version speaks: it reads frames and homes of each contract from this one to
 * `CONTRACT`.
 */
export const OLDEST_CONTRACT = 1;

/** Returns the contract in which this version writes frames; `hub` is the hub's contract in the directory. */
export function writtenContract(hub: number): number {
  return Math.min(CONTRACT, hub);
}
