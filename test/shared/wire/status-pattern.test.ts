import { describe, expect, test } from 'vitest';
import { parseStatusPattern } from '../../../services/shared/wire/status-pattern.js';
import { parseSubject } from '../../../services/shared/wire/subjects.js';

describe('a pattern of status subjects', () => {
  test.each([
    ['>', {}],
    ['status.>', {}],
    ['*.*.*.*.*', {}],
    ['status.denied.>', { event: 'denied' }],
    ['status.*.europol.>', { originator: 'europol' }],
    ['status.delivered.*.*.red', { event: 'delivered', kind: 'red' }],
    ['status.alarm._._._', { event: 'alarm', originator: '_', recipient: '_', kind: '_' }],
    ['status.a.b.c.>', { event: 'a', originator: 'b', recipient: 'c' }],
  ])('`%s` requires the given value of each token', (pattern, asked) => {
    expect(parseStatusPattern(pattern)).toEqual(asked);
  });

  test.each(['status', 'status.*', '*', 'ledger.>', 'status.a.b.c.d.e', 'status.a.b.c.d.>'])(
    '`%s` matches no status subject',
    (pattern) => {
      expect(parseStatusPattern(pattern)).toBeUndefined();
    },
  );

  test.each([
    '',
    '.',
    'status.',
    'status..red',
    'status.>.red',
    'status.re*',
    'status.A',
    'status. .x',
    'status.\u0000',
  ])('`%s` is refused as a pattern', (pattern) => {
    expect(() => parseStatusPattern(pattern)).toThrow(expect.objectContaining({ code: 'subject-invalid' }));
  });
});

describe('a status subject', () => {
  test('is parsed into its tokens; one outside the grammar is undefined', () => {
    expect(parseSubject('status.denied.europol.afripol.red')).toEqual({
      type: 'status',
      event: 'denied',
      originator: 'europol',
      recipient: 'afripol',
      kind: 'red',
    });
    for (const bad of ['status.denied.europol.afripol', 'status.denied.*.afripol.red', 'status.a.b.c.>'])
      expect(parseSubject(bad)).toBeUndefined();
  });
});
