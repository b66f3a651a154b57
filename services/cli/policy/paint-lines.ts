import type { Line } from '../../shared/workbench/explain/rule-lines.js';
import { breakWords } from '../notice/notice-table.js';
import type { Output, Paint } from '../terminal/output.js';

type Look = Pick<Output, 'paint' | 'width'>;

const STEP = 2;
/** The maximum width of a line of prose, in columns. */
export const READABLE = 110;

/** Formats lines for a terminal, indented by `before` columns; a long line wraps with a hanging indent. */
export function paintLines(lines: readonly Line[], before: number, { paint, width }: Look): string {
  return lines
    .map(({ indent, mark, name = '', text, tone }) => {
      const left = ' '.repeat(before + indent * STEP);
      const hang = mark === undefined ? left : `${left}  `;
      const room = Math.max(24, Math.min(width, READABLE) - hang.length);
      const [first = '', ...more] = breakWords(text, room).split('\n');
      const head = mark === undefined ? left : `${left}${toneOf(tone, paint)(mark)} `;
      const body = tone === 'aside' ? paint.dim : String;
      const begin = `${paint.bold(name)}${body(first.slice(name.length))}`;
      return [`${head}${begin}`, ...more.map((line) => `${hang}${body(line)}`)].join('\n');
    })
    .join('\n');
}

function toneOf(tone: Line['tone'], { green, red, dim }: Paint): (text: string) => string {
  switch (tone) {
    case 'holds':
      return green;
    case 'fails':
      return red;
    case 'aside':
      return dim;
    case 'plain':
      return String;
  }
}
