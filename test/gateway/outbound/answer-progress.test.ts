import { describe, expect, test, vi } from 'vitest';
import { createAnswerProgress, HUB } from '../../../services/gateway/outbound/answer-progress.js';

const LONG_MS = 60_000;
const notice = { own: 1, id: 'n', number: 1 };
const unreported = [{ ...notice, reported: false, pairs: [] }];
const awaiting = (...orgs: readonly string[]) => [
  { ...notice, reported: true, pairs: orgs.map((org) => ({ org, status: null })) },
];

describe('gateway answer progress: a frame', () => {
  test('is behind while the hub reports on earlier ones', () => {
    const progress = createAnswerProgress(LONG_MS);
    expect(progress.isBehind(5, unreported)).toBe(false);
    progress.answered(HUB, 4);
    expect(progress.isBehind(5, unreported)).toBe(true);
  });

  test('is not behind once a later one was answered, also when an earlier one is answered again', () => {
    const progress = createAnswerProgress(LONG_MS);
    progress.answered(HUB, 6);
    progress.answered(HUB, 4);
    expect(progress.isBehind(5, unreported)).toBe(false);
  });

  test('is not behind after a long gap without answers', () => {
    const progress = createAnswerProgress(0);
    progress.answered(HUB, 4);
    expect(progress.isBehind(5, unreported)).toBe(false);
  });

  test('that was reported is behind while every missing recipient still receipts earlier ones', () => {
    const progress = createAnswerProgress(LONG_MS);
    progress.answered(HUB, 9);
    progress.answered('afripol', 4);
    expect(progress.isBehind(5, awaiting('afripol'))).toBe(true);
    expect(progress.isBehind(5, awaiting('afripol', 'ecopol'))).toBe(false);
    progress.answered('ecopol', 5);
    expect(progress.isBehind(5, awaiting('afripol', 'ecopol'))).toBe(false);
  });

  test('has silence counted from the last answer of any kind', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const progress = createAnswerProgress();
    vi.advanceTimersByTime(1_000);
    expect(progress.silence()).toBe(1_000);
    progress.answered('afripol', 1);
    vi.advanceTimersByTime(200);
    expect(progress.silence()).toBe(200);
    progress.heard();
    expect(progress.silence()).toBe(0);
    vi.useRealTimers();
  });
});
