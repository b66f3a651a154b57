import { describe, expect, test } from 'vitest';
import { foldDecision } from '../../../services/console/decision/fold-decision.js';
import { parseSeenRecords } from '../../../services/console/decision/ledger-records.js';
import { showRevision } from '../../../services/console/decision/show-decision.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { decisionPart, NOTICE, noticePart, receiptPart } from '../../auditor/hub.js';

const about = (second: number, originator = 'interpol') => ({
  at: `2026-11-25T10:00:0${second}Z`,
  frame: 'a'.repeat(64),
  originator,
  policies: {},
});
const show = (records: readonly object[], heard: readonly object[] = []) =>
  foldDecision(parseSeenRecords({ records })).map((revision) =>
    showRevision(revision, { heard: heard as [], maySeeRules: true, workspace: undefined }),
  );

describe('console decision: the records of a notice', () => {
  test('with a narrowed decision show the last one, and both as stages', () => {
    const narrow = { ...decisionPart('europol', 'denied'), sections: [], because: 'ended' };
    const [shown] = show([
      { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] },
      { ...about(3), type: 'narrowing', parts: [noticePart(1), narrow] },
    ]);
    expect(shown?.recipients).toMatchObject([{ org: 'europol', outcome: 'denied', because: 'ended' }]);
    expect(shown?.recipients[0]?.stages.map(({ stage }) => stage)).toEqual(['recorded', 'narrowed']);
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
    expect(shown?.recipients[0]?.stages.at(-1)).toMatchObject({
      stage: 'rejected',
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
    const stages = (more: object) =>
      show(records, [{ ...event, jti: `${NOTICE}.1`, ...more }])[0]?.recipients[0]?.stages;
    expect(stages({})?.map(({ stage }) => stage)).toEqual(['recorded', 'parked']);
    for (const more of [{ originator: 'afripol' }, { jti: `${NOTICE}.2` }, { recipient: 'afripol' }])
      expect(stages(more)?.map(({ stage }) => stage)).toEqual(['recorded']);
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
