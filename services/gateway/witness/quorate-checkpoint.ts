import { verifyCosignature } from '../../shared/tlog/cosignature.js';
import { type NoteSignature, parseSignatureLines } from '../../shared/tlog/signed-note.js';
import { isNamedBy, type NoteKey } from '../../shared/tlog/vkey.js';
import { isQuorate, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';

/** A signature with the key of the witness that it names; not verified. */
interface Claim {
  readonly key: NoteKey;
  readonly signed: NoteSignature;
}

/**
 * Finds the checkpoint that these cosignatures make quorate: a frame does not say which one they are over. Usually one
 * cosignature tells which; more are looked for only while those that are left could be a quorum, so that a hub that shows none
 * costs little. Takes one cosignature of each witness, as the auditor publishes them.
 */
export async function findQuorate<Seen extends { readonly text: string }>(
  seen: readonly Seen[],
  cosignatures: readonly string[],
  policy: WitnessPolicy,
): Promise<Seen | undefined> {
  if (cosignatures.length === 0) return undefined;
  let left = claimsOf(parseSignatureLines(cosignatures.join('')), policy);
  while (isQuorate(policy, left)) {
    const [first, ...others] = left;
    if (first === undefined) return undefined;
    const found = await findSigned(seen, first);
    const valid = found === undefined ? [] : await validOn(found.text, left);
    if (isQuorate(policy, valid)) return found;
    left = others.filter((claim) => !valid.includes(claim));
  }
  return undefined;
}

function claimsOf(signatures: readonly NoteSignature[], { witnesses }: WitnessPolicy): readonly Claim[] {
  return [...witnesses.values()].flatMap((key) => {
    const signed = signatures.find((signature) => isNamedBy(key, signature));
    return signed === undefined ? [] : [{ key, signed }];
  });
}

/** Resolves to the newest checkpoint that the claim is valid on. */
async function findSigned<Seen extends { readonly text: string }>(
  seen: readonly Seen[],
  { key, signed }: Claim,
): Promise<Seen | undefined> {
  for (const one of seen.toReversed())
    if ((await verifyCosignature(one.text, signed, key)) !== undefined) return one;
  return undefined;
}

async function validOn(text: string, claims: readonly Claim[]): Promise<readonly Claim[]> {
  const found = await Promise.all(claims.map(({ key, signed }) => verifyCosignature(text, signed, key)));
  return claims.filter((_, at) => found[at] !== undefined);
}
