import { join, relative } from 'node:path';
import { projectRoot } from '../shared/runtime/root.js';

/**
 * A command line to copy, as it would have to be typed here and now: `ownLine('up')` is `scripts/liaison up` in the
 * clone, with the same `--home` as this call was given.
 */
export function ownLine(words: string): string {
  const launcher = join(projectRoot, 'scripts', 'liaison');
  const near = relative(process.cwd(), launcher);
  const at = process.argv.indexOf('--home');
  const home = at === -1 ? '' : ` --home ${process.argv[at + 1] ?? ''}`;
  return `${near.startsWith('..') ? launcher : near} ${words}${home}`;
}
