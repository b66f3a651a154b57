import { describe, expect, test } from 'vitest';
import { shownValue } from '../../../services/shared/runtime/shown-value.js';
import { newSeed } from '../../../services/shared/bus/nkeys.js';
import { newToken } from '../../../services/shared/trust/tokens.js';

describe('a value that is shown', () => {
  test.each([
    ['LIAISON_DB_PASS', 'canary'],
    ['LIAISON_API_TOKEN', 'canary'],
    ['LIAISON_JS_KEY', 'canary'],
    ['LIAISON_ORG', newToken()],
    ['LIAISON_ORG', newSeed()],
    ['LIAISON_ORG', 'eyJhbGciOiJFZERTQSJ9.e30.canary'],
  ])('is hidden where it is a secret by its name or by its kind: %s', (name, value) => {
    expect(shownValue(name, value)).toBe('(hidden)');
  });

  test.each([
    ['nats://canary:canary@a:1,tls://canary@b:2', 'nats://(hidden)@a:1,tls://(hidden)@b:2'],
    ['nats://canary:can/ary,canary@a:1', 'nats://(hidden)@a:1'],
    ['canary:canary@a:1', '(hidden)@a:1'],
    ['https://canary@a/v1?key=canary', 'https://(hidden)@a/v1?(hidden)'],
    ['https://a/v1#canary', 'https://a/v1#(hidden)'],
  ])('has neither user info nor query: %s', (value, shown) => {
    expect(shownValue('LIAISON_NATS_URL', value)).toBe(shown);
  });

  test.each(['/run/secrets/org', 'europol', '127.0.0.1', 'http://127.0.0.1:4318/v1/traces', ''])(
    'is itself otherwise: %s',
    (value) => expect(shownValue('LIAISON_HOST', value)).toBe(value),
  );

  test('of a file is its path, whose name may say what it holds', () => {
    expect(shownValue('LIAISON_API_TOKEN_FILE', '/run/token')).toBe('/run/token');
  });
});
