import { frames, type Leaf } from '../../services/shared/wire/frames.js';

/** A token with these claims, whose signature an archive does not verify. */
export const unsignedToken = (claims: object): string =>
  `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

/** A part as a record has it. */
export const unsaltedLeaf = (part: object): Leaf => ({
  salt: Buffer.alloc(16),
  part: Buffer.from(JSON.stringify(part)),
});

/** A record with these claims and parts, and what stands beside its statement. */
export function unsignedRecord(
  claims: object,
  parts: readonly object[],
  beside: Omit<Parameters<typeof frames.record.encode>[0], 'statement'> = {},
): { readonly statement: string; readonly bytes: Uint8Array } {
  const statement = unsignedToken(claims);
  const leaves = parts.map(unsaltedLeaf);
  return { statement, bytes: frames.record.encode({ statement: { statement, leaves }, ...beside }) };
}
