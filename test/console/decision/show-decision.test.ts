import { describe, expect, test } from 'vitest';
import { foldDecision } from '../../../services/console/decision/fold-decision.js';
import { parseSeenRecords } from '../../../services/console/decision/ledger-records.js';
import { ordersIn, type StageSources } from '../../../services/console/decision/notice-stages.js';
import { showRevision } from '../../../services/console/decision/show-decision.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { decisionPart, NOTICE, noticePart, receiptPart } from '../../auditor/hub.js';

const about = (second: number, originator = 'interpol') => ({
  at: `2026-11-25T10:00:0${second}Z`,
  frame: 'a'.repeat(64),
  originator,
  policies: {},
});
const context = { deadlines: equalDeadlines(10), now: 5, observer: 'console' };
const none = { context, orders: new Map(), isOver: false };
const show = (records: readonly object[], heard: readonly object[] = [], stages: StageSources = none) =>
  foldDecision(parseSeenRecords({ records })).map((revision) =>
    showRevision(revision, { heard: heard as [], maySeeRules: true, workspace: undefined, stages }),
  );

describe('console decision: the records of a notice', () => {
  test('with a narrowed decision show the last one, and that both happened', () => {
    const narrow = { ...decisionPart('europol', 'denied'), sections: [], because: 'ended' };
    const [shown] = show([
      { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] },
      { ...about(3), type: 'narrowing', parts: [noticePart(1), narrow] },
    ]);
    expect(shown?.recipients).toMatchObject([{ org: 'europol', outcome: 'denied', because: 'ended' }]);
    expect(shown?.recipients[0]?.happened.map(({ what }) => what)).toEqual(['recorded', 'narrowed']);
  });

  test('of two originators with one id, and of two revisions, are kept apart', () => {
    const part = noticePart(2);
    const shown = show([
      { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] },
      { ...about(2), type: 'routing', parts: [part] },
      { ...about(3, 'afripol'), type: 'routing', parts: [noticePart(1)] },
    ]);
    expect(
      shown.map(({ originator, jti, recipients }) => [
        originator,
        Number(jti.split('.')[1]),
        recipients.length,
      ]),
    ).toEqual([
      ['afripol', 1, 0],
      ['interpol', 2, 0],
      ['interpol', 1, 1],
    ]);
  });

  test('show a refusal by its code, a rejection by the code of its receipt', () => {
    const refusal = { type: 'refusal', index: 0, jti: `${NOTICE}.1`, digest: 'x', code: 'expired' };
    expect(show([{ ...about(1), type: 'routing', parts: [refusal] }])[0]).toMatchObject({
      notice: null,
      refused: 'expired',
      recipients: [],
    });
    const rejected = { ...receiptPart('rejected'), code: 'signature-invalid', from: 'europol' };
    const [shown] = show([
      { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] },
      { ...about(2), type: 'receipt', parts: [rejected] },
    ]);
    expect(shown?.recipients[0]?.happened.at(-1)).toMatchObject({
      what: 'rejected',
      code: 'signature-invalid',
    });
  });

  test('show a receipt without a report as unrecorded', () => {
    const [shown] = show([
      { ...about(2), type: 'receipt', parts: [{ ...receiptPart('held'), from: 'europol' }] },
    ]);
    expect(shown?.recipients).toMatchObject([
      { org: 'europol', outcome: 'unrecorded', sections: [], why: null },
    ]);
  });

  test('are not mixed with status events of another originator or revision', () => {
    const records = [
      { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] },
    ];
    const event = { event: 'parked', heard: about(2).at, recipient: 'europol', originator: 'interpol' };
    const happened = (more: object) =>
      show(records, [{ ...event, jti: `${NOTICE}.1`, ...more }])[0]?.recipients[0]?.happened;
    expect(happened({})?.map(({ what }) => what)).toEqual(['recorded', 'parked']);
    for (const more of [{ originator: 'afripol' }, { jti: `${NOTICE}.2` }, { recipient: 'afripol' }])
      expect(happened(more)?.map(({ what }) => what)).toEqual(['recorded']);
  });

  test.for(['', [], {}, { records: [{}] }, { records: [{ type: 'routing', parts: [{}] }] }])(
    'in an answer of unknown form are refused: %j',
    (answer) => {
      let thrown: unknown;
      try {
        parseSeenRecords(answer);
      } catch (error) {
        thrown = error;
      }
      expect(isCode(thrown, 'auditor-silent')).toBe(true);
    },
  );
});

describe('console decision: the stages of a recipient', () => {
  const routed = {
    ...about(1),
    type: 'routing',
    parts: [noticePart(1), decisionPart('europol', 'redacted')],
  };
  const receipt = (second: number, type: string, more = {}) => ({
    ...about(second),
    type: 'receipt',
    parts: [{ ...receiptPart(type as 'held'), from: 'europol', ...more }],
  });
  const action = (second: number, verb: string, digest: string) => ({
    ...about(second),
    type: 'routing',
    parts: [
      { type: 'action', digest, verb, number: second, signed: about(second).at, to: ['europol'], listed: [] },
    ],
  });
  const answer = (second: number, digest: string, word: string) => ({
    ...about(second),
    type: 'receipt',
    parts: [{ type: 'answer', action: digest, answer: word, from: 'europol' }],
  });
  const stagesOf = (
    records: readonly object[],
    more: Partial<StageSources> = {},
    heard: readonly object[] = [],
  ) => {
    const orders = ordersIn('interpol', parseSeenRecords({ records }));
    const [shown] = show(records, heard, { ...none, orders, ...more });
    return shown?.recipients[0]?.stages?.map(({ stage, outcome, word }) => `${stage} ${outcome} ${word}`);
  };
  const recorded = ['accepted positive accepted', 'routed positive redacted'];
  const held = [...recorded, 'delivered positive delivered', 'held positive held'];

  test('follow the records: a report, a receipt, and a rejection or a later change', () => {
    expect(stagesOf([routed, receipt(2, 'held')])).toEqual(held);
    expect(stagesOf([routed, receipt(2, 'rejected'), receipt(3, 'held')])).toEqual(held);
    expect(stagesOf([routed, receipt(2, 'held'), receipt(3, 'destroyed')])).toEqual([
      ...held,
      'acted positive destroyed',
    ]);
  });

  test('are open until the deadline, then negative by the word of the console, and absent where no receipt is awaited', () => {
    const parked = { event: 'parked', heard: about(2).at, recipient: 'europol', originator: 'interpol' };
    const heard = [{ ...parked, jti: `${NOTICE}.1` }];
    expect(stagesOf([routed])?.at(-1)).toBe('delivered open awaited');
    expect(stagesOf([routed], {}, heard)?.at(-1)).toBe('delivered open parked');
    expect(stagesOf([routed], {}, [...heard, { ...heard[0], event: 'delivered' }])?.at(-1)).toBe(
      'delivered open awaited',
    );
    const late = { context: { ...context, now: 10_001 } };
    expect(stagesOf([routed], late)?.at(-1)).toBe('delivered negative no-evidence');
    expect(stagesOf([routed], { ...late, isOver: true })).toEqual(recorded);
  });

  test('end with the action whose answer is due first, else with the newest action', () => {
    const acted = [routed, receipt(2, 'held'), action(3, 'suspend', 'a')];
    expect(stagesOf(acted)?.at(-1)).toBe('acted open owed');
    expect(stagesOf([...acted, answer(4, 'a', 'held')])?.at(-1)).toBe('acted positive held');
    const kept = [...acted, answer(4, 'a', 'held'), action(5, 'withdraw', 'b'), answer(6, 'b', 'kept')];
    expect(stagesOf(kept)?.at(-1)).toBe('acted negative kept');
  });

  test('are unknown to a recipient, which does not see the kind of the notice', () => {
    const parts = [decisionPart('europol', 'redacted')];
    expect(show([{ ...routed, parts }])[0]?.recipients[0]?.stages).toBeNull();
  });
});
