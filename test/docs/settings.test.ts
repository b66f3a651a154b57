import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { variableOf } from '../../services/shared/runtime/config.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import {
  READ_BY,
  READ_ELSEWHERE,
  SETTINGS,
  unknownSettings,
} from '../../services/shared/runtime/settings.js';

const page = readFileSync(join(projectRoot, 'docs/settings.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `LIAISON_'));
const cellsOf = (row: string): readonly string[] =>
  row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));

/** As the page shows it: no path of this machine. */
function defaultOf(field: object): string {
  if (!('fallback' in field)) return '—';
  const shown = String(field.fallback).replace(`${projectRoot}/`, '');
  return shown === '' ? 'none' : `\`${shown}\``;
}

const readersOf = (name: string): string => {
  const readers = Object.entries(READ_BY).filter(([, names]) => (names as readonly string[]).includes(name));
  return readers.length === Object.keys(READ_BY).length
    ? 'all'
    : readers.map(([process]) => process).join(', ');
};

describe('docs/settings.md', () => {
  test('lists every setting of every process as the code reads it, and no other', () => {
    const ours = Object.entries(SETTINGS).map(([name, field]) =>
      [`\`${variableOf(name)}\``, defaultOf(field), field.takes, readersOf(name)].join(' | '),
    );
    const told = rows.filter((row) => cellsOf(row).length === 5);
    expect(told.map((row) => cellsOf(row).slice(0, 4).join(' | '))).toEqual(ours);
  });

  test('lists every variable that something else reads, and no other', () => {
    const told = rows.filter((row) => cellsOf(row).length === 3).map((row) => cellsOf(row)[0]);
    expect(told).toEqual(READ_ELSEWHERE.map((name) => `\`${name}\``));
  });

  test('says of each what it is for', () => {
    expect(rows.filter((row) => (cellsOf(row).at(-1) ?? '').length < 10)).toEqual([]);
  });

  test('leaves out nothing that code, scripts or pages name', () => {
    const where = ['services', 'scripts', 'docker-compose.yml', 'docs', 'README.md', 'test/support'];
    const found = execFileSync('grep', ['-rhoE', '\\bLIAISON_[A-Z_]*[A-Z]\\b', ...where], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    const names = new Set(found.trim().split('\n'));
    expect(names.size).toBeGreaterThan(30);
    expect(unknownSettings(Object.fromEntries([...names].map((name) => [name, ''])))).toEqual([]);
  });
});
