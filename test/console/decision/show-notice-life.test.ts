import { describe, expect, test } from 'vitest';
import { foldDecision } from '../../../services/console/decision/fold-decision.js';
import { parseSeenRecords } from '../../../services/console/decision/ledger-records.js';
import { showNoticeLife } from '../../../services/console/decision/show-notice-life.js';
import { decisionPart, NOTICE, noticePart } from '../../auditor/hub.js';

const START = Date.parse('2026-11-25T10:00:00Z');
const DAY = 86_400_000;
const at = (second: number): string => new Date(START + second * 1000).toISOString();
const about = (second: number) => ({ at: at(second), frame: 'a'.repeat(64), originator: 'interpol' });

function lifeOf(records: readonly object[], now = START + 60_000) {
  const seen = parseSeenRecords({ records });
  return showNoticeLife(foldDecision(seen), seen, now);
}

const issued = { ...about(1), type: 'routing', parts: [noticePart(1), decisionPart('europol', 'redacted')] };
const ending = (exp: number) => ({
  ...issued,
  parts: [{ ...noticePart(1), exp: exp / 1000 }, decisionPart('europol', 'redacted')],
});
/** An action that was signed and recorded at this second. */
const action = (second: number, verb: string, more: object = {}) => {
  const named = { digest: `action ${second}`, verb, number: START + second * 1000 };
  const part = { type: 'action', ...named, to: ['europol'], listed: [], ...more };
  return { ...about(second), type: 'routing', parts: [part] };
};
const answer = (second: number, to: number, word: string) => ({
  ...about(second),
  type: 'receipt',
  parts: [{ type: 'answer', action: `action ${to}`, answer: word, from: 'europol' }],
});
const receipt = (second: number, type: string, code?: string) => ({
  ...about(second),
  type: 'receipt',
  parts: [{ jti: `${NOTICE}.1`, type, from: 'europol', ...(code === undefined ? {} : { code }) }],
});

describe('console decision: the life of a notice', () => {
  test('a holder that answered the end owes no answer to what came before it', () => {
    const suspend = action(2, 'suspend', { until: START / 1000 + 3_600 });
    const before = lifeOf([issued, suspend, action(3, 'withdraw')]);
    expect(before?.steps.map(({ holders }) => holders[0]?.owesSince)).toEqual([at(1), at(2), at(3)]);
    const after = lifeOf([issued, suspend, action(3, 'withdraw'), answer(4, 3, 'not-held')]);
    expect([after?.state, after?.suspendedUntil, after?.ends]).toEqual(['withdrawn', null, null]);
    expect(after?.steps.map(({ holders: [one] }) => [one?.answer, one?.owesSince])).toEqual([
      [null, null],
      [null, null],
      ['not-held', null],
    ]);
  });

  test('a recall ends the notice once it is recorded, and asks its originator and every holder for an answer', () => {
    const by = [
      { person: 'A. Example', at: at(2) },
      { person: 'B. Example', at: at(3) },
    ];
    const recall = (second: number, outcome: string, more: object) => ({
      ...about(second),
      type: 'recall',
      parts: [
        { type: 'recall', digest: `action ${second}`, outcome, number: START + second * 1000, ...more },
      ],
    });
    const proposal = recall(2, 'proposed', { by: by.slice(0, 1), to: [] });
    expect(lifeOf([issued, proposal])).toMatchObject({
      state: 'in force',
      steps: [{ step: 'issued' }, { step: 'recall proposed', by: by.slice(0, 1), holders: [] }],
    });
    const carriedOut = recall(3, 'cancelled', { by, to: ['interpol', 'europol'] });
    const life = lifeOf([issued, proposal, carriedOut, answer(4, 3, 'destroyed')]);
    expect(life).toMatchObject({ state: 'recalled', ends: null, isEnding: false });
    expect(life?.steps.at(-1)).toMatchObject({
      step: 'recalled',
      at: at(3),
      by,
      reason: 'federation-rule',
      holders: [
        { org: 'interpol', answer: null, owesSince: at(3) },
        { org: 'europol', answer: 'destroyed', at: at(4), owesSince: null },
      ],
    });
    expect(life?.steps[0]?.holders).toMatchObject([{ org: 'europol', owesSince: null }]);
    const own = lifeOf([issued, recall(3, 'cancelled', { to: ['europol'] })]);
    expect(own?.steps.at(-1)).not.toHaveProperty('by');
  });

  test('a suspension counts until its end or a resume', () => {
    const until = START / 1000 + 3_600;
    const suspended = [issued, action(2, 'suspend', { until })];
    expect(lifeOf(suspended)).toMatchObject({ state: 'suspended', suspendedUntil: at(3_600) });
    expect(lifeOf(suspended, START + 3_600_000)?.state).toBe('in force');
    expect(lifeOf([...suspended, action(3, 'resume')])?.state).toBe('in force');
  });

  test('is marked as ending from 4 months before its end on, unless it is extended', () => {
    const end = START + 200 * DAY;
    expect(lifeOf([ending(end)], end - 130 * DAY)?.isEnding).toBe(false);
    expect(lifeOf([ending(end)], end - 110 * DAY)?.isEnding).toBe(true);
    const extend = action(2, 'extend', { expiresAt: (end + 200 * DAY) / 1000, reason: 'still-needed' });
    expect(lifeOf([ending(end), extend], end - 7 * DAY)).toMatchObject({
      isEnding: false,
      ends: new Date(end + 200 * DAY).toISOString(),
    });
  });

  test('an expiry lists the receipts that holders signed after their first one', () => {
    const end = START + 30_000;
    const life = lifeOf([ending(end), receipt(2, 'held'), receipt(40, 'destroyed', 'expired')]);
    expect(life?.state).toBe('expired');
    expect(life?.steps.map(({ step, holders: [one] }) => [step, one?.answer, one?.code])).toEqual([
      ['issued', 'held', null],
      ['expired', 'destroyed', 'expired'],
    ]);
  });

  test('does not exist when the notice was refused', () => {
    const refusal = { type: 'refusal', jti: `${NOTICE}.1`, code: 'kind-unknown' };
    expect(lifeOf([{ ...about(1), type: 'routing', parts: [refusal] }])).toBe(undefined);
  });
});
