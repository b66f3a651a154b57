import { closed } from '../../../shared/kernel/closed-schema.js';
import { ref } from './notice-components.js';

const approval = {
  type: 'string',
  maxLength: 1_024,
  description: 'a compact JWS of the type `notice-approval+jws`',
};

/** The body of an approval. */
export const approvalBody = {
  ...closed({ approval }),
  examples: [{ approval: 'eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIwMSJ9.c2lnbmF0dXJl' }],
};

/** The body of a review. */
export const reviewBody = {
  ...closed({
    review: { type: 'string', maxLength: 1_024, description: 'a compact JWS of the type `review+jws`' },
  }),
  examples: [{ review: 'eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIwMSJ9.c2lnbmF0dXJl' }],
};

/** Schemas of notices that await an approval. */
export const approvalComponents: Readonly<Record<string, object>> = {
  awaiting: closed({
    id: ref('noticeId'),
    revision: { type: 'integer', minimum: 1 },
    notice: { type: 'string', description: 'SD-JWT with every disclosure' },
  }),
};

/** Examples of the answers. */
export const approvalExamples = {
  awaiting: {
    id: '01a21056-15a8-71b0-8594-e5708ea13abd',
    revision: 1,
    notice: 'eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIwMSJ9.c2lnbmF0dXJl~WyJzYWx0Iiwicm91dGluZyIse31d~',
  },
};
