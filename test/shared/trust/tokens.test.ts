import { describe, expect, test } from 'vitest';
import { hashToken, isToken, newToken } from '../../../services/shared/trust/tokens.js';

describe('a bearer token', () => {
  test('is 256 random bits and matches its own hash only', () => {
    const [one, other] = [newToken(), newToken()];
    expect(Buffer.from(one, 'base64url')).toHaveLength(32);
    expect(isToken(one, hashToken(one))).toBe(true);
    expect(isToken(other, hashToken(one))).toBe(false);
  });

  test('its hash is no token, and nothing matches what is no hash', () => {
    const token = newToken();
    expect(isToken(hashToken(token), hashToken(token))).toBe(false);
    for (const kept of ['', token, hashToken(token).slice(1), `${hashToken(token)}=`]) {
      expect(isToken(token, kept)).toBe(false);
    }
  });
});
