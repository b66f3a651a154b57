/** One command of a page, and the output that the page shows for it. */
export interface Shown {
  readonly command: string;
  /** The lines shown; a line `…` stands for any number of lines, an `…` within a line for any text. */
  readonly output: readonly string[];
}

/** Text to add to a file: after the line `under`, or at the end without it. */
export interface Written {
  readonly file: string;
  readonly text: string;
  readonly under: string | undefined;
}

/** One step of a page: a command to run, or text to add to a file. */
export type Step = ({ readonly type: 'run' } & Shown) | ({ readonly type: 'write' } & Written);

const BLOCK = /^```[a-z]*\n([\s\S]*?)^```$/gm;
const PLACE = /(?:at the end of|under `([^`]+)` in) `([^`]+)`:\n+$/;

/** Returns the steps of a page, in order; other code blocks are left out. */
export function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(BLOCK)].flatMap(({ 1: block = '', index }): readonly Step[] => {
    const [place, under, file = ''] = PLACE.exec(page.slice(0, index)) ?? [];
    if (place !== undefined) return [{ type: 'write', file, text: block, under }];
    return block.startsWith('$ ') ? shownIn(block).map((shown) => ({ type: 'run', ...shown })) : [];
  });
}

function shownIn(block: string): readonly Shown[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command = '', ...output] = text.trimEnd().split('\n');
      return { command, output };
    });
}

/** Returns the text of a file after a step added text to it. */
export function written({ text, under }: Written, before: string): string {
  return under === undefined ? `${before}\n${text}` : before.replace(`${under}\n`, `${under}\n${text}`);
}

/** True when every line shown was printed, in order, with nothing between except where `…` allows it. */
export function isShown(output: readonly string[], printed: string): boolean {
  const pattern = output
    .map((line) => (line.trim() === '…' ? '(?:.*\n)*?' : `${patternOf(line)}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`);
}

function patternOf(line: string): string {
  return line
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
}
