import { describe, expect, test } from 'vitest';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import {
  acceptedStage,
  recipientStages,
  type Stage,
  type StagedOrder,
  type StagedRecipient,
} from '../../../services/shared/notice/stages.js';

const notice = { kind: 'red', submitted: 1_000 } as const;
/** A receipt is due at 11 s. */
const deadlines = equalDeadlines(10);
const at = (now: number) => ({ deadlines, now, observer: 'europol' });
const byHub = { at: 2_000, by: 'hub', kid: 'hub:hub:1' };
const byHolder = { at: 3_000, by: 'afripol', kid: 'afripol:receipt:1' };

const stagesOf = (known: Partial<StagedRecipient>, now = 4_000): readonly Stage[] => {
  const routed = { ...byHub, word: 'delivered' };
  const nothing = { receipt: undefined, isDisputed: false, awaited: undefined, orders: [], later: undefined };
  return recipientStages(notice, { routed, ...nothing, ...known }, at(now));
};
const summaryOf = (stages: readonly Stage[]): readonly string[] =>
  stages.map(({ stage, outcome, word }) => `${stage} ${outcome} ${word}`);
const held = { ...byHolder, word: 'held' };
const answered = (verb: StagedOrder['verb'], word: string): StagedOrder => ({
  verb,
  since: undefined,
  answer: { ...byHolder, word },
});

describe('the stage accepted', () => {
  test('is positive by the report of the hub, and negative by its refusal with the code', () => {
    expect(acceptedStage(notice, { ...byHub, word: 'accepted' }, at(4_000))).toEqual({
      stage: 'accepted',
      outcome: 'positive',
      word: 'accepted',
      ...byHub,
      deadline: 11_000,
    });
    const refused = { ...byHub, word: 'refused', code: 'oversize' };
    expect(acceptedStage(notice, refused, at(4_000))).toMatchObject({
      outcome: 'negative',
      code: 'oversize',
    });
  });

  test('is open without a report until the deadline, and then negative by the word of the observer', () => {
    const open = acceptedStage(notice, undefined, at(10_999));
    expect(open).toEqual({ stage: 'accepted', outcome: 'open', word: 'queued', deadline: 11_000 });
    expect(acceptedStage(notice, undefined, at(11_000))).toEqual({
      stage: 'accepted',
      outcome: 'negative',
      word: 'no-evidence',
      at: 11_000,
      by: 'europol',
      deadline: 11_000,
    });
  });
});

describe('the stages of a recipient', () => {
  test('are each positive by what the hub decided and what the recipient signed, with time, signer and deadline', () => {
    const deadline = 11_000;
    expect(stagesOf({ receipt: held })).toEqual([
      { stage: 'routed', outcome: 'positive', word: 'delivered', ...byHub },
      { stage: 'delivered', outcome: 'positive', word: 'delivered', ...byHolder, deadline },
      { stage: 'held', outcome: 'positive', word: 'held', ...byHolder, deadline },
    ]);
  });

  test('end with a denial, which is negative', () => {
    const routed = { ...byHub, word: 'denied', code: 'excluded' };
    expect(stagesOf({ routed })).toEqual([{ stage: 'routed', outcome: 'negative', ...routed }]);
  });

  test('have a delivery that is awaited until its deadline, and then negative by the word of the observer', () => {
    const parked = { awaited: 'parked' };
    expect(summaryOf(stagesOf(parked, 10_999)).at(-1)).toBe('delivered open parked');
    expect(stagesOf(parked, 11_000).at(-1)).toEqual({
      stage: 'delivered',
      outcome: 'negative',
      word: 'no-evidence',
      at: 11_000,
      by: 'europol',
      deadline: 11_000,
    });
  });

  test('have no delivery where no receipt is awaited any more', () => {
    expect(summaryOf(stagesOf({}, 99_000))).toEqual(['routed positive delivered']);
  });

  test('show a rejection as a delivery that is not held, with its code', () => {
    const stages = stagesOf({ receipt: { ...byHolder, word: 'rejected', code: 'key-unknown' } });
    expect(summaryOf(stages).slice(1)).toEqual(['delivered positive delivered', 'held negative rejected']);
    expect(stages.map(({ code }) => code)).toEqual([undefined, undefined, 'key-unknown']);
  });

  test('show a receipt for another delivery than the hub reported as a delivery that differs, and nothing held', () => {
    const stages = stagesOf({ receipt: held, isDisputed: true });
    expect(summaryOf(stages).slice(1)).toEqual(['delivered negative delivery-differs']);
  });
});

describe('the stage acted', () => {
  const actedOn = (orders: readonly StagedOrder[], now?: number): Stage | undefined =>
    stagesOf({ receipt: held, orders }, now).find(({ stage }) => stage === 'acted');

  test('is about the action whose answer is due first, however many others are answered or owed', () => {
    const owed = (verb: StagedOrder['verb'], since: number) => ({ verb, since, answer: undefined });
    const orders = [owed('suspend', 9_000), owed('withdraw', 5_000), answered('resume', 'held')];
    expect(actedOn(orders, 14_999)).toEqual({
      stage: 'acted',
      outcome: 'open',
      word: 'owed',
      deadline: 15_000,
      verb: 'withdraw',
    });
    expect(actedOn(orders, 15_000)).toMatchObject({
      outcome: 'negative',
      word: 'no-evidence',
      by: 'europol',
      verb: 'withdraw',
    });
  });

  test('is about the newest action once all are answered', () => {
    expect(actedOn([answered('suspend', 'held'), answered('withdraw', 'destroyed')])).toEqual({
      stage: 'acted',
      outcome: 'positive',
      word: 'destroyed',
      verb: 'withdraw',
      ...byHolder,
    });
  });

  test('is not about an answered review of break-glass, which changes nothing', () => {
    const orders = [answered('withdraw', 'kept'), answered('review', 'held')];
    expect(actedOn(orders)).toMatchObject({ outcome: 'negative', word: 'kept', verb: 'withdraw' });
    expect(actedOn([answered('review', 'not-held')])).toBeUndefined();
  });

  test('is negative for a holder that kept the notice, rejected the action or had nothing to extend, and positive for one that had nothing to erase', () => {
    const outcomeOf = (verb: StagedOrder['verb'], word: string) => actedOn([answered(verb, word)])?.outcome;
    expect(outcomeOf('withdraw', 'kept')).toBe('negative');
    expect(outcomeOf('withdraw', 'rejected')).toBe('negative');
    expect(outcomeOf('extend', 'not-held')).toBe('negative');
    expect(outcomeOf('withdraw', 'not-held')).toBe('positive');
  });

  test('is what a holder signed later by itself if no action was answered', () => {
    const later = { ...byHolder, word: 'destroyed', code: 'expired', at: 9_000 };
    expect(summaryOf(stagesOf({ receipt: held, later })).at(-1)).toBe('acted positive destroyed');
  });
});
