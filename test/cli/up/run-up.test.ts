import { describe, expect, test } from 'vitest';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { exitOf, type UpOptions } from '../../../services/cli/up/run-up.js';

const summary = {
  submitted: 9,
  delivered: 8,
  redacted: 1,
  denied: 1,
  refused: 1,
  missing: 0,
  duplicates: 0,
  unverified: 0,
  withheldLeaks: 0,
};
const going = new AbortController().signal;
const call = (options: UpOptions, stopping = going) => ({ options, stopping });
const lawful = { lawfulRefused: 0 };

describe('`up` ends with', () => {
  test('0 when all laws held, rogues refused or not', () => {
    expect(exitOf(call({ for: 1 }), { summary, ...lawful })).toBe(EXIT.yes);
  });

  test('1 when a law is broken, or a lawful notice was refused', () => {
    expect(exitOf(call({ for: 1 }), { summary: { ...summary, withheldLeaks: 1 }, ...lawful })).toBe(EXIT.no);
    expect(exitOf(call({ for: 1 }), { summary, lawfulRefused: 1 })).toBe(EXIT.no);
  });

  test('130 when Ctrl-C cut a run short that had an end of its own', () => {
    expect(exitOf(call({ for: 1 }, AbortSignal.abort('SIGINT')), { summary, ...lawful })).toBe(
      EXIT.interrupted,
    );
  });

  test('0 when an endless one is stopped, 4 when its simulator had died before', () => {
    const stopped = AbortSignal.abort('SIGINT');
    expect(exitOf(call({}, stopped), lawful)).toBe(EXIT.yes);
    expect(exitOf(call({}, stopped), { ...lawful, died: true })).toBe(EXIT.unreachable);
    expect(exitOf(call({ traffic: false }, stopped), lawful)).toBe(EXIT.yes);
  });
});
