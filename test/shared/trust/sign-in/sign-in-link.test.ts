import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  LINK_LIFETIME_MS,
  makeSignInLink,
  takeSignInLink,
} from '../../../../services/shared/trust/sign-in/sign-in-link.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
let folder: string;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'liaison-links-'));
  folder = join(root, 'links');
  onTestFinished(() => rmSync(root, { recursive: true }));
});
const make = (caller: string, now = NOW): string => makeSignInLink(folder, caller, now).code;
const take = (code: string, now = NOW): string | undefined => takeSignInLink(folder, code, now);

test('sign-in links: a link gives its caller once, until an hour after it was made', () => {
  const [first, second] = [make('a'), make('b')];
  expect(take(first, later(LINK_LIFETIME_MS - 1))).toBe('a');
  expect(take(first)).toBeUndefined();
  expect(take(second, later(LINK_LIFETIME_MS))).toBeUndefined();
  expect(take(second)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('sign-in links: the code is not on disk, and the hash on disk is no code', () => {
  const code = make('a');
  const [name = ''] = readdirSync(folder);
  expect(name + readFileSync(join(folder, name), 'utf8')).not.toContain(code);
  expect(take(name.replace('.json', ''))).toBeUndefined();
  expect(take(code)).toBe('a');
});

test('sign-in links: another link of a caller removes the earlier one, and the expired ones of other callers', () => {
  const [first, other] = [make('a'), make('b')];
  const second = make('a', later(1_000));
  expect([take(first), take(second)]).toEqual([undefined, 'a']);
  make('c', later(LINK_LIFETIME_MS));
  expect(readdirSync(folder).length).toBe(1);
  expect(take(other)).toBeUndefined();
});

test.each(['', '../links/x', 'x'.repeat(43), `${'x'.repeat(42)}/`, '../tokens'])(
  'sign-in links: the code %j signs no caller in, whether there are links or not',
  (code) => {
    expect(take(code)).toBeUndefined();
    const good = make('a');
    writeFileSync(join(folder, '..', 'tokens.json'), '{"caller":"a","expires":9e15}');
    expect(take(code)).toBeUndefined();
    expect(take(good)).toBe('a');
  },
);

test('sign-in links: a file that holds no link is removed and gives no caller', () => {
  for (const text of ['', '{}', '{"caller":1,"expires":2}', '{"caller":"a","expires":"9999999999999"}']) {
    const code = make('a');
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), text);
    expect(take(code)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  }
});
