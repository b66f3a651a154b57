import { describe, expect, test } from 'vitest';
import {
  digest,
  frameId,
  hexDigest,
  isDigest,
  randomSalt,
  sha256,
} from '../../../services/shared/trust/digest.js';

describe('a digest', () => {
  test('of the empty text and of `abc` is the published one', () => {
    expect(Buffer.from(sha256()).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(digest('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(hexDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('a', Buffer.from('bc'))).toEqual(sha256('abc'));
  });

  test('is recognised, and values of any other form are not', () => {
    expect(isDigest(digest('x'))).toBe(true);
    for (const other of ['', 'A'.repeat(42), `${'A'.repeat(42)}B`, `${'A'.repeat(43)}=`, 1, null]) {
      expect(isDigest(other)).toBe(false);
    }
  });

  test('a frame of another class, sender or content is another frame', () => {
    const bytes = Buffer.from('frame');
    const ids = [
      frameId('submission', 'europol', bytes),
      frameId('receipt', 'europol', bytes),
      frameId('submission', 'afripol', bytes),
      frameId('submission', 'europol', Buffer.from('frame2')),
      // A line feed in place of the separator moves nothing from one field to the next.
      frameId('submission', 'europol', Buffer.from('\nframe')),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a salt has 128 bits and does not repeat', () => {
    const salts = new Set(Array.from({ length: 1_000 }, () => Buffer.from(randomSalt()).toString('hex')));
    expect(salts.size).toBe(1_000);
    expect(randomSalt()).toHaveLength(16);
  });
});
