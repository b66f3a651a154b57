import type { PolicySets } from '../../policy/policies.js';
import type { HexDigest } from '../diff/changes.js';

/**
 * Returns a seed below 2³² that depends on the texts of the rules alone: the same versions get the same
 * notices.
 */
export function seedOfRules(versions: readonly PolicySets[], digest: HexDigest): number {
  const text = JSON.stringify(versions.map(({ digests }) => digests));
  return Number.parseInt(digest(text).slice(0, 8), 16);
}
