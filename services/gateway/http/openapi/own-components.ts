import { closed } from '../../../shared/kernel/closed-schema.js';
import { RECEIPT_TYPES } from '../../../shared/kernel/receipt-types.js';
import { BECAUSE } from '../../../shared/notice/because.js';
import type { OwnState } from '../../../shared/store/gateway/gateway-own.js';
import { ref } from './notice-components.js';

/** The states of an own notice. */
export const OWN_STATES: readonly OwnState[] = [
  'awaiting-approval',
  'queued',
  'routed',
  'settled',
  'refused',
  'ended',
  'disputed',
  'lost',
];

/** An array of these items. */
export const arrayOf = (items: object): object => ({ type: 'array', items });
/** A time, in ISO 8601. */
export const instant = { type: 'string', format: 'date-time' };
/** This schema, or null. */
export const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });
/** One of these words. */
export const word = (words: readonly string[], description: string): object => ({
  type: 'string',
  enum: words,
  description,
});
const code = { type: 'string', description: 'an error code; a newer hub may know more of them' };
const revision = { type: 'integer', minimum: 1 };

/** Names of sections. */
export const sectionNames = arrayOf(ref('section'));
/** Obligations of a recipient. */
export const obligations = arrayOf({ type: 'string', description: 'what the recipient must respect' });
/** A policy layer. */
export const layer = word(
  ['federation', 'export', 'import'],
  'whose rules: the federation’s, the originator’s, the recipient’s',
);

/** An own notice, in a list and in its report. */
const own = {
  id: ref('noticeId'),
  revision,
  number: {
    type: 'integer',
    minimum: 1,
    description: 'the signing time in milliseconds; a later revision has a higher one',
  },
  kind: ref('kind'),
  state: ref('state'),
  code: { ...code, description: 'why it was refused; only in the state `refused`' },
  submittedAt: instant,
  breakGlass: {
    ...closed({
      reason: ref('breakGlass'),
      approver: { type: 'string', description: 'the id of the key of the person who used it' },
      finding: {
        ...orNull({ type: 'string' }),
        description:
          'what its reviews say: `unjustified` if one of them does, else `justified`; null without any',
      },
    }),
    description: 'only of a revision that used break-glass, also after the end',
  },
  header: {
    ...orNull(ref('header')),
    description: 'null once the notice has ended and its content is erased, and for a `lost` one',
  },
  href: { type: 'string', description: 'where its report is' },
};

const lostRecipients = {
  ...arrayOf(ref('orgId')),
  description:
    'the recipients, by the ledger, of the revisions that were lost in a restore; only in the state `lost`, where `recipients` is empty',
};

/** The state of a member that is named, in views for the originator. */
export const membership = word(
  ['suspended', 'leaving', 'left'],
  'what the directory says of it now; absent for a member in force. One that has left answers nothing any more',
);
const accepted = { id: ref('noticeId'), revision, state: ref('state'), href: own.href };

const restrictions = {
  ...arrayOf(
    closed({ org: ref('orgId'), sections: { ...sectionNames, description: 'absent: the whole notice' } }, [
      'sections',
    ]),
  ),
  description: 'restrictions by the originator in force for later revisions, until they are lifted',
};

/** Schemas of the routes under `/v1/notices` and `/v1/reports`. */
export const ownComponents: Readonly<Record<string, object>> = {
  state: word(
    OWN_STATES,
    '`awaiting-approval`: it asks for a neutrality review or uses break-glass, and leaves once a person approves it; `queued`: no report yet; `routed`: reported, receipts are awaited; `settled`: every receipt has arrived; `refused`: by the hub, for good, or with `superseded`, because a later revision took its place before its approval; `ended`: withdrawn, or past its `expiresAt`; `disputed`: a recipient answered for another delivery than the report promises; `lost`: the database was restored, and only the ledger has this revision; it can be withdrawn, restricted, suspended and resumed, and stays `lost` after its end',
  ),
  accepted: closed(accepted),
  amended: closed({ ...accepted, restrictions }),
  'own-notice': closed(own, ['code', 'breakGlass']),
  report: closed({ ...own, recipients: arrayOf(ref('recipient')), lostRecipients }, [
    'code',
    'breakGlass',
    'lostRecipients',
  ]),
  'shown-notice': closed(
    {
      ...own,
      recipients: arrayOf(ref('recipient')),
      lostRecipients,
      life: ref('own-life'),
      sections: {
        ...orNull(ref('sections')),
        description:
          'as submitted; null once the notice has ended; absent without the scope `notice:content`',
      },
    },
    ['code', 'breakGlass', 'lostRecipients', 'sections'],
  ),
  'own-life': closed(
    {
      originator: ref('orgId'),
      revisions: arrayOf(
        closed(
          {
            revision,
            number: { type: 'integer', minimum: 1 },
            state: ref('state'),
            code: { type: 'string' },
            submittedAt: instant,
          },
          ['code'],
        ),
      ),
      expiresAt: instant,
      reviewAt: {
        ...instant,
        description: 'when the organisation reviews it; absent once its content is erased',
      },
      warnings: {
        ...arrayOf(closed({ name: word(['review', 'expiring'], 'of which event'), at: instant })),
        description:
          'what fell due so far: the review, and 4 months, 30 days and 7 days before the end; empty after the end',
      },
      restrictions,
      suspendedUntil: instant,
      ended: closed(
        {
          ending: word(['withdrawn', 'cancelled', 'expired'], 'how it ended'),
          at: instant,
          reason: { type: 'string' },
        },
        ['reason'],
      ),
      actions: { ...arrayOf(ref('answered-action')), description: 'the newest 50, by number' },
      earlierActions: {
        ...orNull({ type: 'integer' }),
        description: '`before` of `/v1/notices/{id}/actions` for those before; null if there are none',
      },
    },
    ['reviewAt', 'suspendedUntil', 'ended'],
  ),
  recipient: closed(
    {
      org: ref('orgId'),
      outcome: word(
        ['delivered', 'redacted', 'denied', 'parked', 'deferred', 'rejected'],
        'decided: `delivered` (every section), `redacted`, `denied`; later: `parked` (waits at the hub for the recipient), `deferred` (sent again later), `rejected` (by its receipt)',
      ),
      sections: { ...sectionNames, description: 'disclosed' },
      withheld: sectionNames,
      obligations,
      rules: arrayOf(closed({ layer, id: { type: 'string' } })),
      because: word(BECAUSE, 'the reason of a decision without any rule'),
      receipt: orNull(ref('receipt')),
      membership,
    },
    ['because', 'membership'],
  ),
  receipt: closed(
    {
      type: word(RECEIPT_TYPES, 'what the recipient signed'),
      at: instant,
      kid: { type: 'string', description: 'the key in the directory' },
      verified: {
        type: 'boolean',
        description:
          'its signature and root were verified when it arrived; false when it is for another delivery than the report promises',
      },
      code: {
        ...code,
        description: 'why it was rejected, or destroyed; `delivery-differs` if it is not verified',
      },
    },
    ['code'],
  ),
  'own-page': closed({ items: arrayOf(ref('own-notice')), next: ref('next') }),
  reports: closed({
    items: arrayOf(ref('report')),
    next: { type: 'null', description: 'there is no next page' },
  }),
  next: { type: ['integer', 'null'], description: '`before` of the next page; null on the last' },
};
