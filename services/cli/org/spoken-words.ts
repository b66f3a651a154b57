import { wordlist } from '@scure/bip39/wordlists/english.js';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { digest } from '../../shared/trust/digest.js';

const COUNT = 8;
/** The list has 2,048 words. */
const WORD_BITS = 11;

/**
 * Encodes the first 88 bits of a digest as eight words of the English list of BIP 39, which two people read to each other to
 * compare their files.
 */
export function spokenWords(ofDigest: string): string {
  const bits = [...decodeBase64url(ofDigest)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: COUNT }, (_, index) => {
    const word = bits.slice(index * WORD_BITS, (index + 1) * WORD_BITS);
    return wordlist[Number.parseInt(word, 2)];
  }).join(' ');
}

/** True when a person typed these words, whatever the case and the spaces between them. */
export function areWords(typed: string, words: string): boolean {
  return typed.trim().toLowerCase().split(/\s+/).join(' ') === words;
}

/** What identifies a hub to a member that does not trust it yet. */
export interface HubName {
  /** The public point of the federation's root key, in base64url. */
  readonly root: string;
  readonly federation: string;
  /** The URL of the broker. */
  readonly url: string;
}

/** Returns the words of a hub. */
export function hubWords({ root, federation, url }: HubName): string {
  return spokenWords(digest(JSON.stringify([root, federation, url])));
}
