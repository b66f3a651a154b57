import { describe, expect, test } from 'vitest';
import { shownValue } from '../../../services/shared/runtime/shown-value.js';
import { newSeed } from '../../../services/shared/bus/nkeys.js';
import { newToken } from '../../../services/shared/trust/tokens.js';

describe('shownValue', () => {
  test.each([
    ['LIAISON_DB_PASS', 'canary'],
    ['LIAISON_API_TOKEN', 'canary'],
    ['LIAISON_JS_KEY', 'canary'],
    ['LIAISON_ORG', newToken()],
    ['LIAISON_ORG', newSeed()],
    ['LIAISON_ORG', 'eyJhbGciOiJFZERTQSJ9.e30.canary'],
  ])('hides a value whose name or form is that of a secret: %s', (name, value) => {
    expect(shownValue(name, value)).toBe('(hidden)');
  });

  test.each([
    ['nats://canary:canary@a:1,tls://canary@b:2', 'nats://(hidden)@a:1,tls://(hidden)@b:2'],
    ['nats://canary:can/ary,canary@a:1', 'nats://(hidden)@a:1'],
    ['canary:canary@a:1', '(hidden)@a:1'],
    ['https://canary@a/v1?key=canary', 'https://(hidden)@a/v1?(hidden)'],
    ['https://a/v1#canary', 'https://a/v1#(hidden)'],
  ])('hides user info and query of addresses: %s', (value, shown) => {
    expect(shownValue('LIAISON_NATS_URL', value)).toBe(shown);
  });

  test.each(['/run/secrets/org', 'europol', '127.0.0.1', 'http://127.0.0.1:4318/v1/traces', ''])(
    'shows any other value as it is: %s',
    (value) => expect(shownValue('LIAISON_HOST', value)).toBe(value),
  );

  test('shows the path in a `*_FILE` variable, whose name may say that it holds a secret', () => {
    expect(shownValue('LIAISON_API_TOKEN_FILE', '/run/token')).toBe('/run/token');
  });
});
