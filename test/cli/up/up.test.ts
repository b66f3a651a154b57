import { describe, expect, test } from 'vitest';
import { EXIT } from '../../../services/cli/terminal/exit-codes.js';
import { exitOf, type UpOptions } from '../../../services/cli/up/up.js';

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
  amended: 1,
  withdrawn: 1,
  unsealed: 1,
  restricted: 1,
  lacking: 0,
  overdue: 0,
};
const going = new AbortController().signal;
const call = (options: UpOptions, stopping = going) => ({ options, stopping });
const lawful = { lawfulRefused: 0 };

describe('`up` exits with', () => {
  test('0 when all laws held, with or without refused rogues', () => {
    expect(exitOf(call({ for: 1 }), { summary, ...lawful })).toBe(EXIT.yes);
  });

  test('1 when a law is broken, or a lawful notice was refused', () => {
    expect(exitOf(call({ for: 1 }), { summary: { ...summary, withheldLeaks: 1 }, ...lawful })).toBe(EXIT.no);
    expect(exitOf(call({ for: 1 }), { summary, lawfulRefused: 1 })).toBe(EXIT.no);
  });

  test('130 when Ctrl-C ended a run with `--for` or `--count`', () => {
    expect(exitOf(call({ for: 1 }, AbortSignal.abort('SIGINT')), { summary, ...lawful })).toBe(
      EXIT.interrupted,
    );
  });

  test('4 when the simulator ended without a summary, also after a signal; 0 without a simulator', () => {
    const stopped = AbortSignal.abort('SIGINT');
    expect(exitOf(call({}, stopped), { summary, ...lawful })).toBe(EXIT.yes);
    expect(exitOf(call({}, stopped), { ...lawful, why: 'SIGKILL' })).toBe(EXIT.unreachable);
    expect(exitOf(call({ traffic: false }, stopped), lawful)).toBe(EXIT.yes);
  });
});
