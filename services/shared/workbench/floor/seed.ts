import type { PolicySets } from '../../policy/policies.js';
import type { HexDigest } from '../diff/changes.js';

/** Returns a seed that follows from the texts of the rules, so that the same versions are checked at the same notices. */
export function seedOfRules(versions: readonly PolicySets[], digest: HexDigest): number {
  const text = JSON.stringify(versions.map(({ digests }) => digests));
  return Number.parseInt(digest(text).slice(0, 8), 16);
}
