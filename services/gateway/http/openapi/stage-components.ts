import { closed } from '../../../shared/kernel/closed-schema.js';
import { DUTIES } from '../../../shared/notice/deadlines.js';
import { STAGES } from '../../../shared/notice/stages.js';
import { ref } from './notice-components.js';
import { arrayOf, instant, word } from './own-components.js';

const text = { type: 'string' };

/** Schemas of the stages of own notices. */
export const stageComponents: Readonly<Record<string, object>> = {
  stages: closed({
    id: ref('noticeId'),
    revision: { type: 'integer', minimum: 1 },
    stages: { ...arrayOf(ref('stage')), description: '`accepted`, which is one for all recipients' },
    recipients: arrayOf(closed({ org: ref('orgId'), stages: arrayOf(ref('stage')) })),
  }),
  stage: closed(
    {
      stage: word(STAGES, 'in this order'),
      outcome: word(
        ['positive', 'negative', 'open'],
        '`negative`: refused, denied, rejected or not carried out by a signed statement, or without evidence at the deadline',
      ),
      word: {
        ...text,
        description:
          'what was signed, for example `redacted` or `destroyed`; `no-evidence` by this organisation after the deadline',
      },
      code: { ...text, description: 'the error code or the reason that was signed' },
      at: {
        ...instant,
        description: 'when it was signed; of `no-evidence` the time of this answer; absent while it is open',
      },
      by: { ...text, description: '`hub` or an organisation; absent while it is open' },
      kid: { ...text, description: 'the key of the signature in the directory' },
      deadline: { ...instant, description: 'absent for an action that is answered' },
      verb: word(DUTIES, 'the action that `acted` is about'),
    },
    ['code', 'at', 'by', 'kid', 'deadline', 'verb'],
  ),
};

const [at, deadline] = ['2026-11-26T09:00:00.000Z', '2026-11-27T09:00:00.000Z'];
const byHub = { at, by: 'hub', kid: 'hub:hub:1' };
const byHolder = { at, by: 'gccpol', kid: 'gccpol:receipt:1' };

/** An example of the answer. */
export const stagesExample = {
  id: '01a21070-bbba-74cf-9b6c-e735c36b95a5',
  revision: 1,
  stages: [{ stage: 'accepted', outcome: 'positive', word: 'accepted', ...byHub, deadline }],
  recipients: [
    {
      org: 'gccpol',
      stages: [
        { stage: 'routed', outcome: 'positive', word: 'redacted', ...byHub },
        { stage: 'delivered', outcome: 'positive', word: 'delivered', ...byHolder, deadline },
        { stage: 'held', outcome: 'positive', word: 'held', ...byHolder, deadline },
        { stage: 'acted', outcome: 'open', word: 'owed', deadline, verb: 'withdraw' },
      ],
    },
  ],
};
