import { closed } from '../../../shared/kernel/closed-schema.js';
import { RECEIPT_TYPES } from '../../../shared/kernel/receipt-types.js';
import { ref } from './notice-components.js';
import { arrayOf, orNull, sectionNames, word } from './own-components.js';

const text = { type: 'string' };
const number = { type: 'integer', minimum: 1 };
const said = orNull(ref('recipient-word'));

/** Schemas of the document of recipients. */
export const recipientsComponents: Readonly<Record<string, object>> = {
  recipients: closed({
    id: ref('noticeId'),
    recipients: arrayOf(
      closed({
        org: ref('orgId'),
        given: arrayOf(closed({ number, sections: sectionNames, word: said })),
        actions: arrayOf(closed({ verb: text, number, sections: sectionNames, word: said }, ['sections'])),
      }),
    ),
    signed: { ...text, description: 'the same as a compact JWS of the originator' },
  }),
  'recipient-word': closed({
    type: word(RECEIPT_TYPES, 'what the recipient signed'),
    at: { type: 'integer', description: 'seconds since 1970' },
    kid: { ...text, description: 'the key in the directory' },
    digest: { ...text, description: 'of the receipt' },
    receipt: { ...orNull(text), description: 'the receipt; null where it names other notices too' },
  }),
};

/** An example of the answer. */
export const recipientsExample = {
  id: '01a21056-15a8-71b0-8594-e5708ea13abd',
  recipients: [
    {
      org: 'afripol',
      given: [
        {
          number: 1_790_000_000_000,
          sections: ['identity'],
          word: {
            type: 'held',
            at: 1_790_000_001,
            kid: 'afripol:receipt:1',
            digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
            receipt: null,
          },
        },
      ],
      actions: [],
    },
  ],
  signed: 'eyJ…',
};
