import { parseStrictJson } from '../shared/kernel/strict-json.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import type { SignedSet } from '../shared/wire/frames.js';

/** What a record says, as it was verified when it was kept. */
export type RecordClaims = Readonly<Record<string, unknown>>;

export function claimsOf({ statement }: Pick<SignedSet, 'statement'>): RecordClaims {
  return claimsIn(statement) as RecordClaims;
}

export function partsOf(set: SignedSet | undefined): readonly RecordClaims[] {
  return (set?.leaves ?? []).map(({ part }) => parseStrictJson(part) as RecordClaims);
}
