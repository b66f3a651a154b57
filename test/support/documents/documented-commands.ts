import { GROUPS, VERBS } from '../../../services/cli/verb-table.js';

/** A command of a page, as words. */
export interface DocumentedCommand {
  readonly line: string;
  readonly words: readonly string[];
  /** Inside a sentence or a cell: arguments may be left out or named by a placeholder. */
  readonly isInline: boolean;
}

const BLOCK = /^```[a-z]*\n([\s\S]*?)^```$/gm;
/** Prose names verbs without `liaison` in front: `policy check`, `status`. */
const FIRST_WORDS = new Set([...VERBS.map(({ name }) => name.split(' ')[0]), ...Object.keys(GROUPS)]);
/** A word: quoted and plain parts without a space between them. */
const WORD = /(?:'[^']*'|"[^"]*"|[^\s'";&<>#]|(?<=\S)#|<[\w-]+>)+|[;&<>]+|#.*/g;

/** The lines that a reader types: of a block of `sh` each line, of any other block those behind `$ `. */
export function typedLines(page: string): readonly string[] {
  return [...page.matchAll(BLOCK)].flatMap(([block, body = '']) =>
    body
      .split('\n')
      .filter((line) => block.startsWith('```sh\n') || line.startsWith('$ '))
      .map((line) => line.replace(/^\$ /, '').trim())
      .filter((line) => line !== ''),
  );
}

/** Every command of `liaison` and `npm` that a page names, in its blocks and between backticks. */
export function documentedCommands(page: string): readonly DocumentedCommand[] {
  const typed = typedLines(page)
    .flatMap(commandsIn)
    .map((words) => ({ words, isInline: false }));
  const prose = page.replaceAll(BLOCK, '');
  const named = [...prose.matchAll(/`([^`]+)`/g)]
    .flatMap(([, code = '']) => commandsIn(code.replaceAll(/\s+/g, ' ')))
    .flatMap(alternatives)
    .map((words) => ({ words, isInline: true }));
  return [...typed, ...named].flatMap(({ words, isInline }) => {
    const isBare = isInline && FIRST_WORDS.has(words[0]);
    const ours = isBare ? ['liaison', ...words] : wordsOf(words);
    return ours === undefined ? [] : [{ line: words.join(' '), words: ours, isInline }];
  });
}

/** The simple commands of a shell line, without redirections and comments. */
function commandsIn(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let isTarget = false;
  for (const [word] of line.matchAll(WORD)) {
    if (word.startsWith('#')) break;
    if (/^[<>]+$/.test(word)) isTarget = true;
    else if (isTarget) isTarget = false;
    else if (/^(?:[;&]+|\|)$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word.replaceAll(/["']/g, ''));
  }
  return commands.filter((words) => words.length > 0);
}

/** `key list|rotate` as two commands. */
function alternatives(words: readonly string[]): readonly (readonly string[])[] {
  const at = words.findIndex((word) => /^[a-z-]+(?:\|[a-z-]+)+$/.test(word));
  if (at < 0) return [words];
  return (words[at] ?? '').split('|').map((word) => words.with(at, word));
}

/** `npm` and its words, or `liaison` and its words; undefined for any other program. */
function wordsOf(all: readonly string[]): readonly string[] | undefined {
  const words = all.slice(all.findIndex((word) => !/^[A-Z_]+=/.test(word)));
  const [program = '', ...rest] = words;
  if (program === 'npm') return words;
  if (program === 'liaison' || program === 'scripts/liaison') return ['liaison', ...rest];
  const cli = words.indexOf('cli');
  const isComposed = program === 'docker' && words[cli - 1] === '--rm';
  return isComposed ? ['liaison', ...words.slice(cli + 1)] : undefined;
}
