import { describe, expect, test } from 'vitest';
import { hashToken, isToken, newToken } from '../../../services/shared/trust/tokens.js';

describe('a bearer token', () => {
  test('is 256 random bits and matches its own hash only', () => {
    const [one, other] = [newToken(), newToken()];
    expect(Buffer.from(one, 'base64url')).toHaveLength(32);
    expect(isToken(one, { hash: hashToken(one) })).toBe(true);
    expect(isToken(other, { hash: hashToken(one) })).toBe(false);
  });

  test('is not matched by its own hash, nor by a malformed hash', () => {
    const token = newToken();
    expect(isToken(hashToken(token), { hash: hashToken(token) })).toBe(false);
    for (const kept of ['', token, hashToken(token).slice(1), `${hashToken(token)}=`]) {
      expect(isToken(token, { hash: kept })).toBe(false);
    }
  });

  test('with an expiry matches only with exactly that expiry: a service that ignores expiry never accepts it', () => {
    const [token, until] = [newToken(), '2031-01-31T00:00:00.000Z'];
    const hash = hashToken(token, until);
    expect(isToken(token, { hash, until })).toBe(true);
    expect(isToken(token, { hash })).toBe(false);
    expect(isToken(token, { hash, until: '2032-01-31T00:00:00.000Z' })).toBe(false);
  });
});
