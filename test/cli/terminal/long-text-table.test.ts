import { expect, test } from 'vitest';
import { longTextTable } from '../../../services/cli/terminal/long-text-table.js';

const head = ['who', 'what'];
const rows = [
  ['somebody-with-a-long-name', 'a text that goes on for longer than what is left'],
  ['another', 'short'],
];

test('longTextTable: a wide terminal shows the last column beside the others', () => {
  expect(longTextTable(head, rows, 80).split('\n')[2]).toMatch(/^another +short$/);
});

test('longTextTable: a narrow terminal shows each text below its row', () => {
  const lines = longTextTable(head, rows, 40).split('\n');
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
  expect(lines).toContain('another');
  expect(lines).toContain('    short');
});

test('longTextTable: a text with a word longer than the column is shown below its row', () => {
  const word = 'x'.repeat(30);
  expect(longTextTable(head, [['a-name-of-some-length', word]], 50)).toContain(`\n    ${word}`);
});
