const id = '01a21070-bbba-74cf-9b6c-e735c36b95a5';
const at = '2026-11-26T09:00:00.000Z';
const example = (verb: string, more: object): object => ({
  action: 7,
  id,
  verb,
  number: Date.parse(at),
  state: 'queued',
  ...more,
  derived: false,
  orderedAt: at,
  href: `/v1/notices/${id}`,
});

/** An example of the answer to each order. */
export const actionExamples = {
  withdraw: example('withdraw', { reason: 'issued-in-error' }),
  suspend: example('suspend', { reason: 'under-review', until: '2026-12-26T00:00:00.000Z' }),
  resume: example('resume', {}),
  restrict: example('restrict', {
    reason: 'by-originator',
    holders: [{ org: 'gccpol', sections: ['judicial'] }],
  }),
  lift: example('lift', { holders: [{ org: 'gccpol', sections: ['judicial'] }] }),
  extend: example('extend', { reason: 'still-needed', expiresAt: '2031-11-24T00:00:00.000Z' }),
  unseal: example('unseal', { holders: [{ org: 'gccpol', sections: ['judicial'] }], section: 'judicial' }),
  decline: example('decline', {
    reason: 'not-necessary',
    holders: [{ org: 'gccpol', sections: ['judicial'] }],
  }),
  review: example('review', { reason: 'justified' }),
  request: example('request', { section: 'judicial', purpose: 'arrest' }),
  held: { items: [example('withdraw', { reason: 'basis-gone' })], next: null },
  answered: {
    items: [
      {
        ...example('suspend', { reason: 'under-review' }),
        answers: [],
        owed: [{ org: 'gccpol', since: at }],
      },
    ],
    next: null,
  },
  requests: {
    items: [
      {
        jti: '01a21070-bbba-74cf-9b6c-e735c36b95a6',
        id,
        org: 'gccpol',
        section: 'judicial',
        purpose: 'arrest',
        receivedAt: at,
        state: 'open',
      },
    ],
    next: null,
  },
  overdue: {
    items: [{ id, org: 'gccpol', duty: 'withdraw', since: at, deadline: '2026-11-27T09:00:00.000Z' }],
    next: null,
  },
};
