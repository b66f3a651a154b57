import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const DOCS = new URL('../../docs/', import.meta.url).pathname;
const page = readFileSync(join(DOCS, 'threat-model.md'), 'utf8');
const threats = page.slice(page.indexOf('\n## Threats'), page.indexOf('\n## What is left'));

interface Proof {
  readonly path: string;
  readonly names: readonly string[];
}

/** A row of the tables: its first cell, and the tests that its last cell names. */
interface Row {
  readonly threat: string;
  readonly cells: number;
  readonly proofs: readonly Proof[];
}

const rows = threats
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))
  .map((line): Row => {
    const cells = line.split('|').slice(1, -1);
    const [threat = '', last = ''] = [cells[0], cells.at(-1)].map((cell) => cell?.trim());
    const proofs = last.split('; [').map((proof) => ({
      path: /\]\((\.\.\/test\/[^)]+\.test\.ts)\)/.exec(proof)?.[1] ?? '',
      names: [...proof.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name),
    }));
    return { threat, cells: cells.length, proofs };
  });

describe('docs/threat-model.md', () => {
  test('has a row for each threat, with its defence and at least one test', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ cells }) => cells !== 3)).toEqual([]);
    const bare = rows.filter(({ proofs }) =>
      proofs.some(({ path, names }) => path === '' || names.length === 0),
    );
    expect(bare).toEqual([]);
  });

  test.each(rows)('$threat: the named tests exist', ({ proofs }) => {
    for (const { path, names } of proofs) {
      expect(existsSync(join(DOCS, path)), path).toBe(true);
      const text = readFileSync(join(DOCS, path), 'utf8');
      expect(names.filter((name) => !text.includes(name))).toEqual([]);
    }
  });
});
