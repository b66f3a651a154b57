import { describe, expect, test } from 'vitest';
import {
  decisionsFor,
  type NoticeStatement,
  type ViewerScope,
} from '../../../services/auditor/decisions/decisions.js';
import { NOTICE } from '../hub.js';

const about = { number: 1, at: '2026-11-25T10:00:00Z', frame: 'a'.repeat(64), originator: 'interpol' };
const ACTION = { type: 'action', digest: 'd', verb: 'restrict', number: 2, to: ['europol', 'gccpol'] };
const LEAVES = [
  { to: 'europol', sections: ['judicial'] },
  { to: 'gccpol', sections: ['threat'] },
];
const restricted: NoticeStatement = {
  ...about,
  type: 'routing',
  recipient: undefined,
  parts: [{ ...ACTION, listed: LEAVES }],
};
const receiptOf = (recipient: string, part: object): NoticeStatement => ({
  ...about,
  type: 'receipt',
  recipient,
  parts: [{ ...part, from: recipient }],
});
const held = receiptOf('europol', { type: 'held', jti: `${NOTICE}.1` });
const asked: NoticeStatement = {
  ...about,
  type: 'routing',
  originator: 'europol',
  recipient: undefined,
  parts: [{ type: 'request', digest: 'r', from: 'europol', to: 'interpol', section: 'judicial' }],
};

/** The parts that a viewer is shown, without those of receipts. */
const shownTo = (viewer: string, statements: readonly NoticeStatement[]) =>
  decisionsFor(viewer as ViewerScope, statements)
    .filter(({ type }) => type === 'routing')
    .flatMap(({ parts }) => parts);

describe('auditor: the life of a notice', () => {
  test('a holder is shown its own part of an action of scope `listed`, and no other holder', () => {
    const own = { ...ACTION, to: ['europol'], listed: LEAVES.slice(0, 1) };
    expect(shownTo('europol', [held, restricted])).toEqual([own]);
    expect(shownTo('interpol', [held, restricted])).toEqual(restricted.parts);
  });

  test('an organisation to which nothing was delivered is shown no action, even one that it was handed', () => {
    expect(shownTo('europol', [restricted])).toEqual([]);
    const none = receiptOf('europol', { type: 'answer', action: 'd', answer: 'not-held' });
    expect(shownTo('europol', [restricted, none])).toEqual([]);
    const answer = receiptOf('europol', { type: 'answer', action: 'd', answer: 'destroyed' });
    expect(shownTo('europol', [restricted, answer])).toHaveLength(1);
    expect(shownTo('afripol', [held, restricted])).toEqual([]);
  });

  test('a request is shown to its holder and to the originator that it was sent to, and to no other holder', () => {
    for (const viewer of ['europol', 'interpol']) expect(shownTo(viewer, [asked])).toEqual(asked.parts);
    const other = receiptOf('gccpol', { type: 'held', jti: `${NOTICE}.1` });
    expect(shownTo('gccpol', [asked, other, restricted])).toHaveLength(1);
  });
});
