import { parseNoticeId, parseOrgId } from '../../../shared/kernel/ids.js';
import { composeNotice, parseDraft } from '../../../shared/notice/draft.js';
import { exampleDraft } from './parameters.js';

const id = parseNoticeId('01a21070-bbba-74cf-9b6c-e735c36b95a5');
const href = `/v1/notices/${id}`;
const submittedAt = '2026-11-25T10:02:31.482Z';
const number = Date.parse(submittedAt);

const { header } = composeNotice(parseDraft(exampleDraft), {
  id,
  number,
  originator: parseOrgId('europol'),
  now: new Date(submittedAt),
});

const own = { id, revision: 1, number, kind: 'red', state: 'settled', submittedAt, header, href };
const sections = ['identity', 'narrative'];
const federationRule = { layer: 'federation', id: 'federation-01-classification' };

const report = {
  ...own,
  recipients: [
    {
      org: 'ecopol',
      outcome: 'denied',
      sections: [],
      withheld: [],
      obligations: [],
      rules: [federationRule],
      receipt: null,
    },
    {
      org: 'gccpol',
      outcome: 'redacted',
      sections,
      withheld: ['judicial'],
      obligations: ['not-for-judicial-use'],
      rules: [{ layer: 'export', id: 'eur-export-01-member-channel' }],
      receipt: { type: 'held', at: '2026-11-25T10:02:33.000Z', kid: 'gccpol:receipt:1', verified: true },
    },
  ],
};

const life = {
  originator: 'europol',
  revisions: [{ revision: 1, number, state: 'settled', submittedAt }],
  reviewAt: '2027-11-25T10:02:31.000Z',
  warnings: [],
  restrictions: [{ org: 'gccpol', sections: ['judicial'] }],
  expiresAt: new Date(header.expiresAt).toISOString(),
  actions: [],
  earlierActions: null,
};

const held = {
  seq: 41,
  id,
  number,
  kind: 'red',
  originator: 'europol',
  header,
  sections: { narrative: Object(exampleDraft.sections)['narrative'] as object },
  withheld: ['judicial'],
  obligations: ['not-for-judicial-use'],
  receivedAt: '2026-11-25T10:02:32.917Z',
  life: {
    expiresAt: '2031-11-25T10:02:31.000Z',
    reviewAt: '2027-11-25T10:02:31.000Z',
    change: { name: 'notice', reason: null },
    status: { list: 0, index: 40_211 },
  },
  verified: { originator: true, statement: true },
  raw: {
    sdJwt: 'eyJhbGciOiJFZERTQSJ9.…~WyJ…~',
    statement: 'eyJhbGciOiJFZERTQSJ9.…',
    place: { salt: 'bm9uY2U', index: 0, path: [], disclosed: 'ZGlzY2xvc2Vk' },
    shown: [
      {
        statement: 'eyJhbGciOiJFZERTQSJ9.…',
        salt: 'bm9uY2U',
        part: 'eyJqdGkiOiIuLi4ifQ',
        own: { index: 1, size: 2, path: ['bm9kZQ'] },
        index: 3,
        path: ['bm9kZQ', 'bm9kZQ', 'bm9kZQ'],
      },
    ],
    actions: [],
  },
};

const event = {
  id,
  number,
  originator: 'europol',
  at: '2026-12-25T10:02:40.118Z',
};

/** Every event of the stream in the life of the notice; ids rise with gaps. */
function streamText(): string {
  const changed = (name: string, reason: string | null, more: object = {}) => ({
    name,
    data: { ...held, life: { ...held.life, change: { name, reason, ...more } } },
  });
  const told = (name: string, more: object) => ({ name, data: { ...event, ...more } });
  const events = [
    { name: 'notice', data: held },
    changed('restricted', 'by-originator', { sections: ['narrative'] }),
    changed('extended', 'still-needed'),
    changed('unsealed', null, { sections: ['judicial'] }),
    told('suspended', { reason: 'under-review' }),
    changed('resumed', null),
    told('review', { reviewAt: held.life.reviewAt }),
    told('expiring', { expiresAt: held.life.expiresAt }),
    told('ended', { reason: 'purpose-achieved' }),
  ];
  const texts = events.map(({ name, data }, at) => {
    const seq = 41 + 7 * at;
    return `id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify({ ...data, seq })}\n\n`;
  });
  return `: listening\n\n${texts.join('')}: alive\n\n`;
}

/** An example of the answer of each operation, all of one invented notice. */
export const examples = {
  accepted: { id, revision: 1, state: 'queued', href },
  restrictions: life.restrictions,
  ownPage: { items: [own], next: 6 },
  report,
  shown: { ...report, life, sections: exampleDraft.sections },
  reports: { items: [report], next: null },
  held,
  heldLife: {
    state: 'suspended',
    number,
    expiresAt: '2031-11-25T10:02:31.000Z',
    reviewAt: '2027-11-25T10:02:31.000Z',
    suspendedUntil: '2027-01-25T10:02:31.000Z',
    end: null,
    barred: [],
    keep: null,
  },
  statusList: {
    list: 0,
    lists: 1,
    uri: 'urn:liaison:demo:afripol:status-list:0',
    token: 'eyJhbGciOiJFZERTQSJ9.…',
  },
  heldPage: { items: [held], next: null },
  stream: streamText(),
  preview: {
    header: exampleDraft.header,
    recipients: [
      { org: 'ecopol', outcome: 'denied', layer: 'federation', rule: federationRule.id, sections: {} },
      {
        org: 'gccpol',
        outcome: 'redacted',
        sections: {
          judicial: { effect: 'withhold', advertise: true, layer: 'export', rule: null },
          narrative: { effect: 'disclose', advertise: false, layer: 'export', rule: 'eur-export-01' },
        },
      },
    ],
  },
};
