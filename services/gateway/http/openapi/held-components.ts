import { closed } from '../../../shared/kernel/closed-schema.js';
import { KEEP_GROUNDS } from '../../holding/holding.js';
import { HELD_STATES } from '../../holding/view-life.js';
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
    sections: { ...ref('sections'), description: 'those that this organisation holds' },
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
      status: {
        ...orNull(closed({ list: whole, index: whole })),
        description: 'where it is in the status lists for officers offline; null until one is asked for',
      },
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
        description: 'the notice as its originator signed it, with the disclosures that are held (RFC 9901)',
      },
      statement: {
        type: 'string',
        description: 'a JWS of the hub: what it delivered to this organisation in one frame',
      },
      place: ref('place'),
      shown: { ...arrayOf(ref('shown')), description: 'the routing report first, then narrowings' },
      actions: {
        ...arrayOf(ref('heldAction')),
        description: 'the actions that decide what of it may be held and until when (docs/formats.md)',
      },
    }),
    description: 'what verifies the notice with the directory alone',
  },
  place: {
    ...closed({
      salt: base64url,
      index: whole,
      path: arrayOf(base64url),
      disclosed: { ...base64url, description: 'digest of the disclosures as they were delivered' },
    }),
    description: 'that the notice is in the Merkle tree whose root the statement signs',
  },
  heldAction: {
    ...closed({
      statement: { type: 'string', description: 'a JWS of the originator: the action' },
      leaf: {
        ...orNull(closed({ salt: base64url, part: base64url, index: whole, path: arrayOf(base64url) })),
        description:
          'that `part`, base64url of JSON, is in the tree whose root the action signs: what it means for this organisation, of an unseal with the digest of the disclosure; null if it means all holders',
      },
      shown: ref('shown'),
      receivedAt: instant,
    }),
    description: 'an action on the notice, and that the hub recorded it for this organisation',
  },
  shown: {
    ...closed({
      statement: { type: 'string', description: 'a JWS of the hub: a record that the delivery rests on' },
      salt: base64url,
      part: { ...base64url, description: 'base64url of JSON: what the record leaves to this organisation' },
      own: closed({ index: whole, size: whole, path: arrayOf(base64url) }),
      index: whole,
      path: arrayOf(base64url),
    }),
    description: 'that `part` is in the tree of members whose root the record signs',
  },
  statusList: closed({
    list: { ...whole, description: 'its number' },
    lists: { type: 'integer', minimum: 1, description: 'how many lists there are' },
    uri: { type: 'string', description: 'the `sub` of the token' },
    token: {
      type: 'string',
      description:
        'a Status List Token (draft-ietf-oauth-status-list): 2 bits for each of 65,536 places, 0 valid, 1 not held any more, 2 suspended; good for 24 hours, signed with the key of use `receipt`',
    },
  }),
  heldLife: {
    ...closed({
      state: { type: 'string', enum: HELD_STATES },
      number: { ...orNull({ type: 'integer', minimum: 1 }), description: 'the newest revision' },
      expiresAt: orNull(instant),
      reviewAt: orNull(instant),
      suspendedUntil: orNull(instant),
      end: {
        ...orNull({ type: 'string', enum: ['withdraw', 'cancel', 'expired'] }),
        description: 'how it ended',
      },
      barred: { ...sectionNames, description: 'the sections that this organisation may no longer hold' },
      keep: {
        ...orNull({ type: 'string', enum: KEEP_GROUNDS }),
        description: 'the ground on which it is not erased here, or null',
      },
    }),
    description: 'the life of a notice of another organisation, without its content',
  },
  'held-page': closed({ items: arrayOf(ref('held')), next: ref('next') }),
};
