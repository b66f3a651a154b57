import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expect, test } from 'vitest';
import { areWords, hubWords, spokenWords } from '../../../services/cli/org/spoken-words.js';
import { digest } from '../../../services/shared/trust/digest.js';

test('spoken words: eight words of the list encode the first 88 bits, in their order', () => {
  const zeros = Buffer.alloc(32).toString('base64url');
  expect(spokenWords(zeros)).toBe(Array.from({ length: 8 }, () => 'abandon').join(' '));
  // 11 bits each: 1, 2, …, 8.
  const bits = Array.from({ length: 8 }, (_, index) => (index + 1).toString(2).padStart(11, '0')).join('');
  const bytes = Array.from({ length: 11 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
  const counted = Buffer.concat([Buffer.from(bytes), Buffer.alloc(21, 255)]).toString('base64url');
  expect(spokenWords(counted)).toBe(wordlist.slice(1, 9).join(' '));
});

test('spoken words: case and spaces do not matter, every word and their order do', () => {
  const words = spokenWords(digest('a'));
  expect(areWords(` ${words.toUpperCase().replaceAll(' ', '  ')}\n`, words)).toBe(true);
  expect(areWords(words.split(' ').toReversed().join(' '), words)).toBe(false);
  expect(areWords(words.split(' ').slice(1).join(' '), words)).toBe(false);
});

test('spoken words: those of a hub change with its root key, its federation and its URL', () => {
  const hub = { root: 'A', federation: 'demo', url: 'nats://10.0.0.1:4222' };
  const others = [
    { ...hub, root: 'B' },
    { ...hub, federation: 'other' },
    { ...hub, url: 'nats://10.0.0.2:4222' },
  ];
  expect(new Set([hub, ...others].map(hubWords)).size).toBe(4);
});
