import { wordlist } from '@scure/bip39/wordlists/english.js';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { digest } from '../../shared/trust/digest.js';

const COUNT = 8;
/** Each word stands for one of 2,048. */
const WORD_BITS = 11;

/**
 * Returns the eight words of the English list of BIP 39 that stand for the first 88 bits of a digest: two people read them
 * to each other to compare what they have.
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

/** What a member must know of a hub before it trusts it. */
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
