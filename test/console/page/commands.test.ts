import { expect, test } from 'vitest';
import { evidenceCommand, tailCommand } from '../../../services/console/page/commands.js';

const command = (query: string): string => tailCommand(new URLSearchParams(query), '5m');

test('tailCommand: the command has the start and the filters of the page', () => {
  expect(command('')).toBe('scripts/liaison tail --since 5m');
  expect(command('since=now')).toBe('scripts/liaison tail');
  expect(command('since=2026-11-25T10:00:00.000Z')).toBe(
    'scripts/liaison tail --since 2026-11-25T10:00:00.000Z',
  );
  expect(command('event=denied,refused&from=europol&subject=status.*.*.afripol.>&since=1h')).toBe(
    "scripts/liaison tail 'status.*.*.afripol.>' --since 1h --event denied,refused --from europol",
  );
});

test('tailCommand: a value with a character that a shell interprets is left out', () => {
  for (const hostile of ["x';rm -rf ~;'", '$(id)', '`id`', '5m;id', '--home=/x', 'a b', '5m\nid']) {
    const query = new URLSearchParams({ since: hostile, event: hostile, subject: hostile, to: hostile });
    expect(tailCommand(query, '5m')).toMatch(/^scripts\/liaison tail(?: --since 5m)?$/);
  }
});

const ID = '01890a5d-ac96-774b-bcce-b302099a8059';
const of = (originator: string) => ({ originator, jti: `${ID}.1` });

test('evidenceCommand: an originator asks its gateway for an own notice, a recipient its own for a held one, the federation none', () => {
  expect(evidenceCommand(of('europol'), 'europol')).toEqual([
    `scripts/liaison notice evidence ${ID} --org europol --out ${ID}.json`,
  ]);
  expect(evidenceCommand(of('europol'), 'afripol')).toEqual([
    `scripts/liaison notice evidence ${ID} --org afripol --from europol --out ${ID}.json`,
  ]);
  expect(evidenceCommand(of('europol'), null)).toEqual([]);
});

test('evidenceCommand: a name with a character that a shell interprets gives no command', () => {
  expect(evidenceCommand(of('$(id)'), 'afripol')).toEqual([]);
  expect(evidenceCommand({ originator: 'europol', jti: '`id`' }, 'afripol')).toEqual([]);
});
