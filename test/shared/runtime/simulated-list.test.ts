import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSimulatedList, openSimulatedList } from '../../../services/shared/runtime/simulated-list.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const idOf = (index: number): string => index.toString(16).padStart(64, '0');

describe('the list of simulated attacks', () => {
  test('has an id as soon as it is added, and no other; a missing list is empty', () => {
    const path = join(folder, 'one');
    const list = openSimulatedList(path);
    expect(list.has(idOf(1))).toBe(false);
    createSimulatedList(path).add([idOf(1), idOf(2)]);
    expect([1, 2, 3].map((index) => list.has(idOf(index)))).toEqual([true, true, false]);
    expect(list.has(undefined)).toBe(false);
  });

  test('keeps at most 80,000 ids, the newest ones, over several runs', () => {
    const path = join(folder, 'many');
    const list = openSimulatedList(path);
    for (let run = 0; run < 5; run += 1)
      createSimulatedList(path).add(Array.from({ length: 30_000 }, (_, index) => idOf(run * 30_000 + index)));
    expect([0, 59_999, 120_000, 149_999].map((index) => list.has(idOf(index)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('ignores lines that are not ids', () => {
    const path = join(folder, 'odd');
    writeFileSync(path, `\n*\n${idOf(1)} more\n`);
    expect([idOf(1), '*', ''].some(openSimulatedList(path).has)).toBe(false);
  });
});
