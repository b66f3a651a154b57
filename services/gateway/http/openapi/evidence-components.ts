import { closed } from '../../../shared/kernel/closed-schema.js';
import { begunLogSchema } from '../../../shared/verify/begun-life.js';
import { CONVICTIONS, convictionSchema } from '../../../shared/verify/conviction.js';
import { directoryForkSchema } from '../../../shared/verify/directory-fork.js';
import { FORKS, forkSchema } from '../../../shared/verify/fork.js';
import { owedClaimSchema } from '../../../shared/verify/owed-claim.js';
import { packSchema } from '../../../shared/verify/pack.js';
import { nullable } from '../../../shared/verify/statements.js';
import { CLAIMED } from '../../evidence/convictions.js';
import { ref } from './notice-components.js';
import { arrayOf, word } from './own-components.js';

const text = { type: 'string' };

/** Schemas of the answers with evidence. */
export const evidenceComponents: Readonly<Record<string, object>> = {
  'evidence-pack': {
    ...packSchema,
    description:
      'What one organisation can prove about one notice; bytes are base64url, tokens compact JWSs.',
  },
  'owed-claim': owedClaimSchema,
  'evidence-file': {
    anyOf: [convictionSchema, forkSchema, directoryForkSchema, begunLogSchema, ref('owed-claim')],
    description:
      'Statements that convict their signer, how the next life of the log began, or the word of this organisation about what it is owed.',
  },
  'evidence-list': closed({
    items: arrayOf(
      closed({
        id: {
          ...text,
          description:
            'a digest in hex: of the statement that contradicts, of both checkpoints, of the order, of the missing record, of a directory, or of what names the receipt or answer',
        },
        what: word([...CONVICTIONS, ...FORKS, 'directory-forked', 'log-begun-anew', ...CLAIMED], 'the alarm'),
        originator: {
          ...nullable(ref('orgId')),
          description: 'null, like the next two, for the log and the directory',
        },
        recipient: { ...nullable(ref('orgId')), description: 'null also for a record about an own frame' },
        frame: nullable(text),
        at: { ...text, format: 'date-time' },
      }),
    ),
  }),
};

const directory = { statement: 'eyJ…', parts: [] };
const pack = {
  kind: 'pack',
  originator: 'europol',
  notice: '01a21056-15a8-71b0-8594-e5708ea13abd',
  recipient: 'afripol',
  directory,
  notices: [],
  records: [],
  deliveries: [],
  changes: [],
  actions: [],
  recalls: [],
};
const conviction = {
  kind: 'conviction',
  what: 'delivery-differs',
  accused: 'hub',
  originator: 'europol',
  recipient: 'afripol',
  directory,
  statement: 'eyJ…',
  records: [],
  receipt: 'eyJ…',
};
const listed = {
  id: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  what: 'delivery-differs',
  originator: 'europol',
  recipient: 'afripol',
  frame: 'a'.repeat(64),
  at: '2026-06-01T12:00:00.000Z',
};

/** An example of each answer. */
export const evidenceExamples = {
  own: { ...pack, recipient: null },
  held: pack,
  conviction,
  claim: { kind: 'claim', directory, statement: 'eyJ…', record: 'eyJ…' },
  list: { items: [listed] },
};
