/** One command of a page, and what the page says that it prints. */
export interface Shown {
  readonly command: string;
  /** Lines; `…` alone stands for any number of them, within a line for any text. */
  readonly output: readonly string[];
}

/** Text for a file: behind the line `under`, or without it at the end. */
export interface Written {
  readonly file: string;
  readonly text: string;
  readonly under: string | undefined;
}

/** What a reader does with a page from its top: types a command, or writes into a file. */
export type Step = ({ readonly type: 'run' } & Shown) | ({ readonly type: 'write' } & Written);

const BLOCK = /^```[a-z]*\n([\s\S]*?)^```$/gm;
const PLACE = /(?:at the end of|under `([^`]+)` in) `([^`]+)`:\n+$/;

/** The steps of a page, in their order; blocks that are neither are not among them. */
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

/** A file once the reader has written into it. */
export function written({ text, under }: Written, before: string): string {
  return under === undefined ? `${before}\n${text}` : before.replace(`${under}\n`, `${under}\n${text}`);
}

/** True where every line of the page stands in what was printed, in its order, with nothing between but what `…` allows. */
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
