import { nkeyUserOf } from '../../shared/trust/directory/key-request-claims.js';
import type { KeyRequest } from '../../shared/trust/directory/key-request.js';
import { spokenWords } from '../org/spoken-words.js';

/** Returns the eight words of a key request. */
export function keyRequestWords({ digest }: Pick<KeyRequest, 'digest'>): string {
  return spokenWords(digest);
}

/** Returns what an organisation asks for, and who signed that. */
export function askedLines({
  iss,
  wish,
  signers,
}: Pick<KeyRequest, 'iss' | 'wish' | 'signers'>): readonly string[] {
  return [
    `\`${iss}\` asks ${wishText(wish)}`,
    `signed by ${signers.map(({ kid, person }) => (person === undefined ? kid : `${kid} (${person})`)).join(', ')}`,
  ];
}

/** Says what a request asks for. */
function wishText(wish: KeyRequest['wish']): string {
  if (wish.type === 'nkey')
    return `for the nkey ${wish.nkey} of its ${nkeyUserOf(wish)}, in place of ${wish.replaces ?? 'one that it cannot sign with'}`;
  if (wish.type === 'contract')
    return `to be listed with contract ${wish.contract}, which its gateway speaks`;
  if (wish.type === 'next')
    return `for the key ${wish.key.kid}${wish.person === undefined ? '' : ` of ${wish.person}`}`;
  const since = new Date(wish.since * 1000).toISOString().slice(0, 19);
  return `to revoke ${wish.kid}, and what it asked for since ${since}Z`;
}
