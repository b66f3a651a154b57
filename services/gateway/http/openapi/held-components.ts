import { closed } from '../../../shared/kernel/closed-schema.js';
import { ref } from './notice-components.js';
import { arrayOf, instant, obligations, orNull, sectionNames } from './own-components.js';

const base64url = { type: 'string', pattern: '^[A-Za-z0-9_-]*$', description: 'base64url' };
const whole = { type: 'integer', minimum: 0 };
const yes = { type: 'boolean', const: true };

const reason = { ...orNull({ type: 'string' }), description: 'the reason that the originator gave' };

/** Schemas of the routes under `/v1/inbox`. */
export const heldComponents: Readonly<Record<string, object>> = {
  held: closed({
    seq: {
      type: 'integer',
      minimum: 1,
      description: 'its position in the inbox; the id of its event in the stream',
    },
    id: ref('noticeId'),
    number: { type: 'integer', minimum: 1, description: 'a higher number replaces a lower one' },
    kind: ref('kind'),
    originator: ref('orgId'),
    header: ref('header'),
    sections: { ...ref('sections'), description: 'those that were disclosed to this organisation' },
    withheld: {
      ...sectionNames,
      description: 'sections whose existence this organisation may know, but not their content',
    },
    obligations,
    receivedAt: instant,
    life: ref('life'),
    verified: closed({ originator: yes, statement: yes }),
    raw: ref('raw'),
  }),
  life: {
    ...closed({
      expiresAt: { ...instant, description: 'when it ends by itself; an extension moves it' },
      reviewAt: { ...orNull(instant), description: 'when its originator reviews it' },
      change: ref('heldChange'),
    }),
    description: 'how long the notice lives, and what changed last',
  },
  heldChange: closed(
    {
      name: { type: 'string', enum: ['notice', 'restricted', 'extended', 'unsealed', 'resumed'] },
      reason,
      sections: { ...sectionNames, description: 'the sections that were erased or gained' },
    },
    ['sections'],
  ),
  heldEvent: closed(
    {
      seq: { type: 'integer', minimum: 1, description: 'the id of its event in the stream' },
      id: ref('noticeId'),
      number: { type: 'integer', minimum: 1 },
      originator: ref('orgId'),
      at: { ...instant, description: 'when it was erased or hidden here, or when the warning was due' },
      reason: {
        ...reason,
        description: 'of `ended` and `suspended`: `expired`, or the reason that the originator gave',
      },
      reviewAt: { ...instant, description: 'of `review`' },
      expiresAt: { ...instant, description: 'of `expiring`' },
    },
    ['reason', 'reviewAt', 'expiresAt'],
  ),
  raw: {
    ...closed({
      sdJwt: {
        type: 'string',
        description:
          'the notice as its originator signed it, with the disclosures that were delivered (RFC 9901)',
      },
      statement: {
        type: 'string',
        description: 'a JWS of the hub: what it delivered to this organisation in one frame',
      },
      proof: ref('proof'),
    }),
    description: 'what verifies the notice with the directory alone',
  },
  proof: {
    ...closed({
      salt: base64url,
      part: { ...base64url, description: 'base64url of JSON: what was delivered of this notice' },
      index: whole,
      size: whole,
      path: arrayOf(base64url),
    }),
    description: 'that `part` is in the Merkle tree whose root the statement signs',
  },
  'held-page': closed({ items: arrayOf(ref('held')), next: ref('next') }),
};
