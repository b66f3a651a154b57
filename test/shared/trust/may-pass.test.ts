import { describe, expect, test } from 'vitest';
import { fail } from '../../../services/shared/kernel/errors.js';
import { type Evidence, finalCode, isWaitedOut, mayPass } from '../../../services/shared/trust/may-pass.js';

const CLOCK = fail('issued-in-future', 'ahead of the clock');
const KEY = fail('key-unknown', 'not in the directory');

describe('may-pass: a failure of evidence', () => {
  test('that is operational is always temporary', () => {
    expect(mayPass(fail('directory-stale', 'old'), 'query')).toBe(true);
    expect(mayPass(fail('internal', 'a fault'), 'submission', 1_000)).toBe(true);
  });

  test('that proves the bytes wrong is final at the first attempt', () => {
    for (const code of ['signature-invalid', 'expired', 'key-revoked', 'schema-invalid'] as const) {
      expect(mayPass(fail(code, 'wrong'), 'gateway-frame')).toBe(false);
    }
  });

  test.each<[Evidence, boolean]>([
    ['gateway-frame', true],
    ['notice', true],
    ['parked-copy', true],
    ['submission', false],
    ['receipt', false],
    ['command', false],
    ['ledger-record', true],
    ['record-to-archive', true],
    ['query', false],
  ])('by a signature from the future, in %s, is temporary: %s', (evidence, isPassing) => {
    expect(mayPass(CLOCK, evidence, 1_000)).toBe(isPassing);
  });

  test.each<[Evidence, number]>([
    ['submission', 2],
    ['receipt', 2],
    ['command', 2],
    ['parked-copy', 4],
    ['notice', 0],
    ['query', 0],
  ])('by an unknown key, in %s, is temporary up to attempt %i and final after it', (evidence, last) => {
    const attempts = [1, 2, 3, 4, 5, 6];
    expect(attempts.filter((attempt) => isWaitedOut('key-unknown', evidence, attempt))).toEqual(
      attempts.slice(0, last),
    );
  });

  test.each(['gateway-frame', 'ledger-record', 'record-to-archive'] as const)(
    'by an unknown key, in %s, is always temporary, as a final answer could not be taken back',
    (evidence) => {
      expect(mayPass(KEY, evidence, 1_000_000)).toBe(true);
    },
  );

  const LATER = fail('contract-unknown', 'a later form');
  test.each(['notice', 'gateway-frame', 'ledger-record', 'record-to-archive', 'own-heartbeat'] as const)(
    'by a form that this version does not know is always temporary where no message behind it waits for it, in %s',
    (evidence) => {
      expect(mayPass(LATER, evidence, 1_000_000)).toBe(true);
    },
  );

  test.each([
    'submission',
    'receipt',
    'query',
    'delivery-proof',
    'parked-copy',
    'command',
    'quarantine-entry',
  ] as const)(
    'by a form that this version does not know is final where it would hold up what is sent behind it, in %s',
    (evidence) => {
      expect(mayPass(LATER, evidence)).toBe(false);
    },
  );

  test('is thrown as an operational error while temporary, and returned as its code once final', () => {
    expect(finalCode(KEY, 'receipt', 3)).toBe('key-unknown');
    expect(() => finalCode(KEY, 'receipt', 2)).toThrow(
      expect.objectContaining({ code: 'not-ready', message: KEY.message, cause: KEY }),
    );
    const busy = fail('busy', 'later');
    expect(() => finalCode(busy, 'query')).toThrow(busy);
  });
});
