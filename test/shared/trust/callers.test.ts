import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { authorise, readCallers, watchCallers } from '../../../services/shared/trust/callers.js';
import { until } from '../../support/until.js';
import { hashToken, newToken } from '../../../services/shared/trust/tokens.js';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return errorFrom(thrown).code;
  }
  return 'nothing was thrown';
}

const token = newToken();
const callers = [{ name: 'case-system', hash: hashToken(token), scopes: ['inbox:read'] }];

describe('a caller', () => {
  test('is found by its token, and accepted only for its own scopes', () => {
    expect(authorise(callers, `Bearer ${token}`, 'inbox:read').name).toBe('case-system');
    expect(codeOf(() => authorise(callers, `Bearer ${token}`, 'notice:write'))).toBe('forbidden');
  });

  test('is accepted in any case of the scheme (RFC 9110, section 11.1)', () => {
    for (const scheme of ['bearer', 'BEARER'])
      expect(authorise(callers, `${scheme} ${token}`, 'inbox:read').name).toBe('case-system');
  });

  test.each([undefined, '', token, `Bearer ${token} `, `Bearer ${newToken()}`, 'Bearer '])(
    'is not found by the header `%s`',
    (header) => expect(codeOf(() => authorise(callers, header, 'inbox:read'))).toBe('unauthorised'),
  );
});

test('callers: a file that is not a list of callers is refused as `config-invalid`', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  for (const text of ['{}', '{"tokens":[{"name":"a"}]}', '{"tokens":{"name":"a","hash":"b","scopes":[]}}']) {
    writeFileSync(path, text, { mode: 0o600 });
    expect(codeOf(() => readCallers(path))).toBe('config-invalid');
  }
});

test('callers: a changed file is used at the next request, and an unreadable one refuses every caller', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  const put = (text: string) => writeFileSync(path, text, { mode: 0o600 });
  const write = (tokens: unknown) => put(JSON.stringify({ tokens }));
  write(callers);
  const told: (string | undefined)[] = [];
  const look = watchCallers(path, (fault) => told.push(fault?.message));
  expect(look()).toEqual(callers);
  // The same length as before, and possibly the same timestamp.
  const renamed = [{ ...callers[0], name: 'case-sister' }];
  write(renamed);
  expect(look()).toEqual(renamed);
  const spoils = [() => write('all'), () => put(''), () => put('{"tokens":['), () => rmSync(path)];
  for (const [times, spoil] of spoils.entries()) {
    spoil();
    // The operator gets the fault once, with the path; callers get it without.
    for (const _ of [1, 2]) expect(look).toThrow(/^the file of callers cannot be read/);
    expect(codeOf(look)).toBe('config-invalid');
    expect(told).toHaveLength(times + 1);
    expect(told.at(-1)).toContain(path);
  }
  write([]);
  for (const _ of [1, 2]) expect(look()).toEqual([]);
  expect(told.slice(spoils.length)).toEqual([undefined]);
});

test('callers: the end of a fault is reported when the file is put back, even without a request', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  writeFileSync(path, JSON.stringify({ tokens: callers }), { mode: 0o600 });
  await delay(100);
  const told: (string | undefined)[] = [];
  const look = watchCallers(path, (fault) => told.push(fault?.code));
  expect(look()).toEqual(callers);
  renameSync(path, `${path}.away`);
  expect(codeOf(look)).toBe('config-invalid');
  renameSync(`${path}.away`, path);
  await until('the end of the fault to be reported', () => told.length === 2);
  expect(told).toEqual(['config-invalid', undefined]);
});

test('callers: an expired caller is refused from that moment on, without a change of the file', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  const end = '2031-01-31T00:00:00.000Z';
  const ending = { ...callers[0], since: '2030-01-01T00:00:00.000Z', until: end };
  writeFileSync(path, JSON.stringify({ tokens: [ending] }), { mode: 0o600 });
  let now = Date.parse(end) - 1;
  const look = watchCallers(path, undefined, () => new Date(now));
  expect(look()).toEqual([ending]);
  now += 1;
  expect(look()).toEqual([]);
});

test.each(['since', 'until'])('callers: a malformed time in `%s` is refused, not read as absent', (field) => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  for (const time of [
    '',
    'never',
    '2031-01-31',
    '2031-01-31T00:00:00Z',
    '2031-02-31T00:00:00.000Z',
    7,
    null,
  ]) {
    writeFileSync(path, JSON.stringify({ tokens: [{ ...callers[0], [field]: time }] }), { mode: 0o600 });
    expect(
      codeOf(() => readCallers(path)),
      String(time),
    ).toBe('config-invalid');
  }
});

test('callers: a malformed organisation is refused, not read as absent', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
  const caller = { name: 'a', hash: 'b', scopes: ['viewer'] };
  for (const org of ['', 'Europol', 'europol ', 7, null, ['europol']]) {
    writeFileSync(path, JSON.stringify({ tokens: [{ ...caller, org }] }), { mode: 0o600 });
    expect(codeOf(() => readCallers(path))).toBe('config-invalid');
  }
  writeFileSync(path, JSON.stringify({ tokens: [{ ...caller, org: 'europol' }] }), { mode: 0o600 });
  expect(readCallers(path)).toEqual([{ ...caller, org: 'europol' }]);
});

test.each([
  ['name', { name: 'a', hash: 'c', org: 'europol' }],
  ['token', { name: 'b', hash: 'b', org: 'europol' }],
])(
  'callers: two callers with the same %s are refused, as one would be mistaken for the other',
  (_what, second) => {
    const path = join(mkdtempSync(join(tmpdir(), 'liaison-callers-')), 'tokens.json');
    const scopes = ['viewer'];
    writeFileSync(
      path,
      JSON.stringify({
        tokens: [
          { name: 'a', hash: 'b', scopes },
          { ...second, scopes },
        ],
      }),
      { mode: 0o600 },
    );
    expect(codeOf(() => readCallers(path))).toBe('config-invalid');
  },
);
