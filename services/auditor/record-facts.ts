import { parseStrictJson } from '../shared/kernel/strict-json.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import type { SignedSet } from '../shared/wire/frames.js';

/** What a record says, as it was verified when it was kept. */
export type Facts = Readonly<Record<string, unknown>>;

export function claimsOf({ statement }: Pick<SignedSet, 'statement'>): Facts {
  return claimsIn(statement) as Facts;
}

export function partsOf(set: SignedSet | undefined): readonly Facts[] {
  return (set?.leaves ?? []).map(({ part }) => parseStrictJson(part) as Facts);
}
