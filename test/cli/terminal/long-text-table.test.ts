import { expect, test } from 'vitest';
import { longTextTable } from '../../../services/cli/terminal/long-text-table.js';

const head = ['who', 'what'];
const rows = [
  ['somebody-with-a-long-name', 'a text that goes on for longer than what is left'],
  ['another', 'short'],
];

test('with room for it the last column stands beside the others', () => {
  expect(longTextTable(head, rows, 80).split('\n')[2]).toMatch(/^another +short$/);
});

test('without room each text stands whole under its row', () => {
  const lines = longTextTable(head, rows, 40).split('\n');
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
  expect(lines).toContain('another');
  expect(lines).toContain('    short');
});

test('a word that would be cut goes under its row as well', () => {
  const word = 'x'.repeat(30);
  expect(longTextTable(head, [['a-name-of-some-length', word]], 50)).toContain(`\n    ${word}`);
});
