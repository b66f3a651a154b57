import { join, relative } from 'node:path';
import { projectRoot } from '../../shared/runtime/root.js';

/**
 * A command line to copy, as it would have to be typed here and now: `ownLine('up')` is `scripts/liaison up` in the
 * clone, with the same `--home` as this call was given.
 */
export function suggestedCommand(words: string): string {
  const launcher = join(projectRoot, 'scripts', 'liaison');
  const near = relative(process.cwd(), launcher);
  return `${near.startsWith('..') ? launcher : near} ${words}${homeGiven(process.argv)}`;
}

/** As a shell reads it back. */
export function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As ` --home <folder>`; empty where none was given. */
export function homeGiven(words: readonly string[]): string {
  const given = words.find((word, index) => words[index - 1] === '--home' || word.startsWith('--home='));
  return given === undefined ? '' : ` --home ${quoted(given.replace(/^--home=/, ''))}`;
}
