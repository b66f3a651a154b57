import { closed } from '../../../shared/kernel/closed-schema.js';
import type { Code } from '../../../shared/kernel/errors.js';
import { ACTION_REASONS, ACTION_VERBS } from '../../../shared/notice/action-verbs.js';
import type { ItemState } from '../../../shared/store/gateway/gateway-items.js';
import type { OrderedVerb } from '../../life/parse-order.js';
import { ref } from './notice-components.js';
import { BODY, SIGNING } from './operation.js';
import { arrayOf, instant, membership, orNull, sectionNames, word } from './own-components.js';

/** Codes of every order with a body. */
export const ORDER: readonly Code[] = [
  'usage',
  ...BODY,
  'idempotency-conflict',
  'not-found',
  'notice-ended',
  ...SIGNING,
];

/** Codes of a review, which is also taken after the end of its notice. */
export const REVIEW: readonly Code[] = [
  ...ORDER.filter((code) => code !== 'notice-ended'),
  'not-approved',
  'too-many-actions',
];

const STATES: readonly ItemState[] = ['held', 'queued', 'routed', 'settled', 'refused', 'ended'];

interface VerbWords {
  readonly summary: string;
  readonly description: string;
  readonly codes: readonly Code[];
}

/** What the document says about the route of each verb, and its codes besides `ORDER`. */
export const VERB_WORDS: Readonly<Record<OrderedVerb, VerbWords>> = {
  withdraw: {
    summary: 'Withdraw a notice',
    description:
      'Every holder erases it and signs that it did; this gateway erases it at once. A notice that was not sent yet is dropped.',
    codes: [],
  },
  suspend: {
    summary: 'Suspend a notice',
    description:
      'Holders keep it and hide it until `until`, at most six months after the first suspension since the last resume.',
    codes: ['too-many-actions', 'suspension-too-long'],
  },
  resume: {
    summary: 'Resume a suspended notice',
    description: 'Holders show it again.',
    codes: ['too-many-actions'],
  },
  restrict: {
    summary: 'Take a notice, or sections of it, away from holders',
    description:
      'The holders named, or all of them, erase it or these sections and sign that they did. With the reason `by-originator` it stays in force for later revisions until it is lifted; an unseal ends it for that section.',
    codes: ['too-many-actions', 'organisation-unknown'],
  },
  lift: {
    summary: 'Lift restrictions by the originator',
    description:
      'For these holders, or all that are barred, and these sections, or everything: later revisions give them again what the policies permit then. Nothing is sent to a holder, and what it erased comes back with the next revision.',
    codes: ['too-many-actions'],
  },
  extend: {
    summary: 'Extend the life of a notice',
    description:
      'To at most five years after the issue of the newest revision, and not later than `LIAISON_EXTEND_AHEAD_SECONDS` before the present end. A `lost` notice cannot be extended, because its issue is not known (`content-lost`).',
    codes: ['content-lost', 'too-many-actions', 'extension-too-long', 'extension-too-late'],
  },
  unseal: {
    summary: 'Disclose one section to one holder to which it is advertised',
    description:
      'Only the disclosure of this section is sent. The rules of the federation and of the holder must permit it. A `lost` notice has no section to disclose (`content-lost`).',
    codes: ['content-lost', 'too-many-actions', 'not-withheld'],
  },
};

const org = ref('orgId');
const reasonOf = (verb: OrderedVerb | 'decline'): object => word(ACTION_REASONS[verb], 'why');
const holder = closed({ org, sections: { ...sectionNames, description: 'absent: the whole notice' } }, [
  'sections',
]);

const BODIES: Readonly<Record<OrderedVerb | 'decline', object>> = {
  withdraw: closed({ reason: reasonOf('withdraw') }),
  suspend: closed({ reason: reasonOf('suspend'), until: instant }),
  resume: closed({}),
  restrict: closed(
    {
      reason: reasonOf('restrict'),
      holders: { ...arrayOf(holder), minItems: 1, description: 'absent: every holder' },
      sections: { ...sectionNames, minItems: 1, description: 'for every holder; absent: the whole notice' },
      run: {
        type: 'string',
        format: 'uuid',
        description:
          'the id of a run that a person confirmed as a whole: it does not count for `LIAISON_MAX_ENDS_PER_HOUR`',
      },
    },
    ['holders', 'sections', 'run'],
  ),
  lift: closed(
    {
      holders: { ...arrayOf(holder), minItems: 1, description: 'absent: every holder that is barred' },
      sections: { ...sectionNames, minItems: 1, description: 'for every holder; absent: everything' },
    },
    ['holders', 'sections'],
  ),
  extend: closed({ reason: reasonOf('extend'), expiresAt: instant }),
  unseal: closed({ section: ref('section'), to: org }),
  decline: closed({ reason: reasonOf('decline') }),
};

const BODY_EXAMPLES: Readonly<Record<OrderedVerb | 'decline', object>> = {
  withdraw: { reason: 'issued-in-error' },
  suspend: { reason: 'under-review', until: '2026-12-26T00:00:00Z' },
  resume: {},
  restrict: { reason: 'by-originator', holders: [{ org: 'gccpol', sections: ['judicial'] }] },
  lift: { holders: [{ org: 'gccpol', sections: ['judicial'] }] },
  extend: { reason: 'still-needed', expiresAt: '2031-11-24T00:00:00Z' },
  unseal: { section: 'judicial', to: 'gccpol' },
  decline: { reason: 'not-necessary' },
};

/** The body of an order. The strict parser checks it, not fastify. */
export function actionBody(verb: OrderedVerb | 'decline'): object {
  return { ...BODIES[verb], examples: [BODY_EXAMPLES[verb]] };
}

/** The body of a request for a section. */
export const askingBody = {
  ...closed({ section: ref('section'), purpose: ref('purpose') }),
  examples: [{ section: 'judicial', purpose: 'arrest' }],
};

const action = {
  action: { type: 'integer', minimum: 1, description: 'its number at this gateway' },
  id: ref('noticeId'),
  verb: word([...ACTION_VERBS, 'request'], 'what was ordered'),
  number: {
    type: 'integer',
    minimum: 1,
    description: 'orders it among revisions and actions; absent while it is held',
  },
  state: word(
    STATES,
    '`held`: waits for a confirmation; `queued`: no report yet; `routed`: answers are awaited; `settled`: all answered; `refused`: by the hub; `ended`: its notice ended before',
  ),
  code: { type: 'string', description: 'why it was refused' },
  reason: { type: 'string' },
  until: instant,
  expiresAt: instant,
  holders: { ...arrayOf(holder), description: 'whom it means; absent: every holder' },
  section: ref('section'),
  purpose: { type: 'string' },
  derived: { type: 'boolean', description: 'ordered by the gateway itself' },
  orderedAt: instant,
  href: { type: 'string', description: 'where its notice is' },
};
const OPTIONAL = ['number', 'code', 'reason', 'until', 'expiresAt', 'holders', 'section', 'purpose'];

const answer = closed(
  {
    org,
    type: { type: 'string', description: 'what the holder signed' },
    at: instant,
    kid: { type: 'string' },
    verified: { type: 'boolean', const: true },
    code: { type: 'string' },
    before: { ...orNull({ type: 'string' }), description: 'digest of the disclosures that it held before' },
    after: { ...orNull({ type: 'string' }), description: 'the same, afterwards' },
  },
  ['code'],
);

function pageOf(item: object, cursor: string, type: 'integer' | 'string' = 'integer'): object {
  const description = `\`${cursor}\` of the next page; null on the last one`;
  return closed({ items: arrayOf(item), next: { ...orNull({ type }), description } });
}

/** Schemas of actions, requests and what is overdue. */
export const actionComponents: Readonly<Record<string, object>> = {
  action: closed(action, OPTIONAL),
  actions: pageOf(ref('action'), 'after'),
  'answered-actions': pageOf(ref('answered-action'), 'before'),
  'answered-action': closed(
    {
      ...action,
      answers: arrayOf(answer),
      owed: {
        ...arrayOf(closed({ org, since: instant, membership }, ['membership'])),
        description: 'who has not answered, since when',
      },
      narrowed: {
        ...arrayOf(closed({ org, at: instant })),
        description: 'holders that the hub no longer hands it to, since when: they owe no answer',
      },
    },
    [...OPTIONAL, 'narrowed'],
  ),
  request: closed({
    jti: { type: 'string', format: 'uuid' },
    id: ref('noticeId'),
    org: { ...org, description: 'the holder that asks' },
    section: ref('section'),
    purpose: { type: 'string' },
    receivedAt: instant,
    state: word(['open', 'answered'], 'whether an unseal or a decline answered it'),
  }),
  requests: pageOf(ref('request'), 'after', 'string'),
  overdue: pageOf(
    closed({
      id: ref('noticeId'),
      org: { ...orNull(org), description: 'who owes it; null for the hub' },
      duty: word(
        ['receipt', ...ACTION_VERBS, 'request'],
        'a receipt for a revision, the answer to an action, or the answer to an own request',
      ),
      since: instant,
      deadline: instant,
    }),
    'after',
    'string',
  ),
};
