import { closed } from '../../../shared/kernel/closed-schema.js';
import { arrayOf, instant, word } from './own-components.js';

const text = { type: 'string' };
const digest = { ...text, description: 'the SHA-256 of the request in base64url' };
const base64url = { ...text, pattern: '^[A-Za-z0-9_-]+$' };

/** Schemas of key requests. */
export const keyComponents: Readonly<Record<string, object>> = {
  'key-request': closed(
    {
      digest,
      kid: { ...text, description: 'the key that is asked for, or that is to be revoked' },
      state: word(['queued', 'recorded', 'refused'], 'what the hub did'),
      code: { ...text, description: 'why the hub refused it' },
      sentAt: instant,
    },
    ['code'],
  ),
};

/** The parameters of the route of one request. */
export const keyParams = closed({ digest });

/** The body: a JWS in the general JSON serialisation. */
export const keyBody = {
  ...closed({
    payload: base64url,
    signatures: arrayOf(closed({ protected: base64url, signature: base64url })),
  }),
  examples: [
    {
      payload: 'eyJpc3MiOiJldXJvcG9sIn0',
      signatures: [{ protected: 'eyJhbGciOiJFZERTQSJ9', signature: 'c2lnbmF0dXJl' }],
    },
  ],
};

/** Examples of the answers. */
export const keyExamples = {
  request: {
    digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    kid: 'europol:receipt:2',
    state: 'recorded',
    sentAt: '2026-11-29T10:00:00.000Z',
  },
};
