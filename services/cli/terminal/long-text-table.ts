import { tableText, visible } from './output.js';

type Row = readonly string[];

const MIN_LAST_COLUMN_WIDTH = 24;

/**
 * Formats a table whose last column holds long texts. Where the terminal is too narrow for that column, prints each text
 * below its row. Words are never cut.
 */
export function longTextTable(head: Row, rows: readonly Row[], width: number): string {
  const [title = '', ...lead] = tableText(withoutLast(head), rows.map(withoutLast), Infinity).split('\n');
  const texts = rows.map((row) => row.at(-1) ?? '');
  const room = width - Math.max(...[title, ...lead].map((line) => visible(line).length)) - 3;
  const words = texts.flatMap((text) =>
    visible(text)
      .split(' ')
      .map(({ length }) => length),
  );
  if (room >= Math.max(...words, MIN_LAST_COLUMN_WIDTH)) return tableText(head, rows, width);
  const above = `${title}  ${head.at(-1) ?? ''}`.trimEnd();
  return [above, ...lead.flatMap((line, index) => [line, indented(texts[index] ?? '', width)])].join('\n');
}

function withoutLast(row: Row): Row {
  return row.slice(0, -1);
}

function indented(text: string, width: number): string {
  return tableText(['  ', text], [], width);
}
