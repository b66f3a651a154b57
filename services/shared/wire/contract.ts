/** The newest contract that this version speaks: the number in field 1 of every frame (proto/README.md#versions). */
export const CONTRACT = 1;

/** The oldest contract that this version still speaks: it reads the frames and the homes of each from this one to `CONTRACT`. */
export const OLDEST_CONTRACT = 1;

/** Returns the contract in which this version writes frames while the directory says `hub` for the hub: the lower of both. */
export function writtenContract(hub: number): number {
  return Math.min(CONTRACT, hub);
}
