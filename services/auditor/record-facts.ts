import { parseStrictJson } from '../shared/kernel/strict-json.js';
import { claimsIn } from '../shared/trust/token-claims.js';
import type { SignedSet } from '../shared/wire/frames.js';

/** Claims or a part of an archived record; verified before archiving, so read without checks. */
export type RecordClaims = Readonly<Record<string, unknown>>;

/** The claims of a statement. */
export function claimsOf({ statement }: Pick<SignedSet, 'statement'>): RecordClaims {
  return claimsIn(statement) as RecordClaims;
}

/** The parts of a signed set; none when there is no set. */
export function partsOf(set: SignedSet | undefined): readonly RecordClaims[] {
  return (set?.leaves ?? []).map(({ part }) => parseStrictJson(part) as RecordClaims);
}
