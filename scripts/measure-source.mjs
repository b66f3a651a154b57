// @ts-check
// Prints the figures of the source: `--verbose` adds the lists behind them, `--json` prints everything for machines.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { computeFigures } from './measure/figures.mjs';
import { readModules } from './measure/read-modules.mjs';
import { showFolders, showLists, showTable } from './measure/show.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The trees measured; the targets hold for the first. */
const TREES = ['services', 'test/bench'];

const { values } = parseArgs({
  options: {
    // `npm run check -- --figures` passes this on.
    figures: { type: 'boolean' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const trees = TREES.filter((name) => existsSync(join(root, name))).map((name) => ({
  name,
  figures: computeFigures(readModules(join(root, name))),
}));

/** Returns the whole output as one text, so that a closed pipe (`… | head`) cannot fail a second write. */
function text() {
  if (values.json) {
    const byName = Object.fromEntries(trees.map(({ name, figures }) => [name, figures]));
    return `${JSON.stringify(byName, null, 2)}\n`;
  }
  const details = trees.flatMap(({ name, figures }) => [
    `${name}: ${showFolders(figures)}`,
    ...(values.verbose ? [`${name}: ${showLists(figures)}`] : []),
  ]);
  return [showTable(trees), ...details].join('\n');
}

process.stdout.write(text());
