import { join, relative } from 'node:path';
import { projectRoot } from '../../shared/runtime/root.js';

/**
 * Returns a command line to copy: `suggestedCommand('up')` is `scripts/liaison up` in the clone, with the `--home` of this
 * call. The launcher's path is relative to the working directory, or absolute outside the clone.
 */
export function suggestedCommand(words: string): string {
  const launcher = join(projectRoot, 'scripts', 'liaison');
  const near = relative(process.cwd(), launcher);
  return `${near.startsWith('..') ? launcher : near} ${words}${homeGiven(process.argv)}`;
}

/** Quotes a word for a POSIX shell where it needs quotes. */
export function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns ` --home <folder>` from the words of a call; empty when it has none. */
export function homeGiven(words: readonly string[]): string {
  const given = words.find((word, index) => words[index - 1] === '--home' || word.startsWith('--home='));
  return given === undefined ? '' : ` --home ${quoted(given.replace(/^--home=/, ''))}`;
}
