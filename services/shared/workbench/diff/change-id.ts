const ID_DIGITS = 12;

/** Returns the id of a change, which people read and `approvals.yaml` names: the first 12 hex digits of its digest. */
export function changeIdOf(digest: string): string {
  return digest.slice(0, ID_DIGITS);
}
