import { closed } from '../../../shared/kernel/closed-schema.js';
import { ref } from './notice-components.js';
import { arrayOf, orNull, sectionNames, word } from './own-components.js';

const text = { type: 'string' };
const jti = { ...text, description: 'the revision: `<id>.<number>`' };

/** Schemas of what recipients hold of own notices. */
export const shareComponents: Readonly<Record<string, object>> = {
  'shares-page': closed({ items: arrayOf(ref('held-notice-shares')), next: ref('next') }),
  attributes: closed(
    {
      originator: ref('orgId'),
      kind: ref('kind'),
      purpose: ref('purpose'),
      personStatus: ref('personStatus'),
      minor: { type: 'boolean' },
      crimeAreas: arrayOf(ref('crimeArea')),
      countries: arrayOf(ref('country')),
      codes: arrayOf(ref('handlingCode')),
      evaluation: ref('evaluation'),
      tlp: ref('tlp'),
      classification: ref('classification'),
      audience: word(['all', 'listed'], 'whom it addresses'),
      consents: arrayOf(ref('orgId')),
      reviewed: { type: 'boolean', description: 'a second person approved it' },
      breakGlass: ref('breakGlass'),
    },
    ['personStatus', 'breakGlass'],
  ),
  'held-notice-shares': closed({
    id: ref('noticeId'),
    jti,
    attributes: ref('attributes'),
    shares: arrayOf(
      closed({
        org: ref('orgId'),
        sections: { ...sectionNames, description: 'what it may hold, unsealed sections included' },
        unsealed: { ...sectionNames, description: 'those that only an unseal gave' },
      }),
    ),
  }),
  'overheld-page': closed({
    bundle: { ...text, description: 'digest of the adopted policies that judged' },
    pairs: arrayOf(
      closed({
        originator: ref('orgId'),
        id: ref('noticeId'),
        jti,
        kind: ref('kind'),
        recipient: ref('orgId'),
        whole: { type: 'boolean', description: 'it would not get the notice at all' },
        sections: { ...sectionNames, description: 'what it may not hold any more' },
      }),
    ),
    next: { ...orNull(text), description: '`after` of the next page; null on the last, which may be empty' },
  }),
};

const id = '01a21056-15a8-71b0-8594-e5708ea13abd';
const [number, org] = [1_790_000_000_000, 'afripol'];

/** Examples of the answers. */
export const shareExamples = {
  shares: {
    items: [
      {
        id,
        jti: `${id}.${number}`,
        attributes: {
          originator: 'europol',
          kind: 'red',
          purpose: 'arrest',
          personStatus: 'wanted',
          minor: false,
          crimeAreas: ['cybercrime'],
          countries: ['FR'],
          codes: ['H0'],
          evaluation: { source: 'A', information: '1' },
          tlp: 'amber',
          classification: 'basic',
          audience: 'all',
          consents: [],
          reviewed: false,
        },
        shares: [{ org, sections: ['identity', 'judicial'], unsealed: ['judicial'] }],
      },
    ],
    next: null,
  },
  overheld: {
    bundle: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    pairs: [
      {
        originator: 'europol',
        id,
        jti: `${id}.${number}`,
        kind: 'red',
        recipient: org,
        whole: false,
        sections: ['judicial'],
      },
    ],
    next: null,
  },
};
