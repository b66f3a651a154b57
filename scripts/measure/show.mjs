// @ts-check
// Renders the figures of the source as text: a table of the trees, the targets, and with `--verbose` the lists.
import { documentedPercent } from './figures.mjs';
import { TARGETS } from './targets.mjs';

/** @typedef {import('./figures.mjs').Figures} Figures */
/** @typedef {{name: string, figures: Figures}} Tree */

const percent = (/** @type {number} */ value) => `${value.toFixed(1)} %`;
const distribution = (/** @type {import('./figures.mjs').Distribution} */ { median, p90, max }) =>
  `${median} / ${p90} / ${max}`;
const leastDocumented = (/** @type {Figures} */ { documentationByFolder }) =>
  Object.entries(documentationByFolder)
    .map(([folder, entry]) => ({ folder, percent: documentedPercent(entry) }))
    .toSorted((one, other) => one.percent - other.percent)[0] ?? { folder: '', percent: 100 };

/**
 * One line of the table; `target` is given when the figure has one.
 * @typedef {object} Line
 * @property {string} name
 * @property {(figures: Figures) => string} show
 * @property {{words: string, met: (figures: Figures) => boolean}} [target]
 */

/** @type {readonly Line[]} */
const LINES = [
  { name: 'files', show: ({ files }) => `${files}` },
  { name: 'lines of a file, median / p90 / max', show: ({ lines }) => distribution(lines) },
  { name: 'lines of a function, median / p90 / max', show: (figures) => distribution(figures.functionLines) },
  {
    name: 'exports documented',
    show: ({ documentation }) => percent(documentedPercent(documentation)),
    target: {
      words: `≥ ${TARGETS.documentedPercent} %`,
      met: ({ documentation }) => documentedPercent(documentation) >= TARGETS.documentedPercent,
    },
  },
  {
    name: 'exports documented, least of a folder',
    show: (figures) => `${percent(leastDocumented(figures).percent)} ${leastDocumented(figures).folder}`,
    target: {
      words: `≥ ${TARGETS.documentedPercentOfFolder} %`,
      met: (figures) => leastDocumented(figures).percent >= TARGETS.documentedPercentOfFolder,
    },
  },
  atMost(
    'exported names with several meanings',
    TARGETS.namesWithSeveralMeanings,
    ({ severalMeanings }) => severalMeanings.length,
  ),
  { name: 'private types used once', show: (figures) => `${figures.privateTypesUsedOnce.length}` },
  atMost(
    'import cycles, type imports included',
    TARGETS.importCycles,
    ({ importCycles }) => importCycles.length,
  ),
  atMost('import cycles at run time', TARGETS.importCycles, ({ runtimeCycles }) => runtimeCycles.length),
  {
    name: 'largest folder, files',
    show: ({ folderSizes: [first] }) => `${first?.files ?? 0} ${first?.folder ?? ''}`,
    target: {
      words: `≤ ${TARGETS.filesOfFolder}`,
      met: ({ foldersOverLimit }) => foldersOverLimit.length === 0,
    },
  },
  {
    name: `folders of more than ${TARGETS.filesOfFolder} files`,
    show: ({ foldersOverLimit }) => `${foldersOverLimit.length}`,
  },
  atMost(
    `files ≤ ${TARGETS.smallFileLines} lines whose one importer is beside them`,
    TARGETS.smallSingleImporterFiles,
    ({ smallSingleImporterFiles }) => smallSingleImporterFiles.length,
  ),
  { name: 'vague words in comments', show: ({ vagueWords }) => `${vagueWords}` },
];

/** @param {string} name @param {number} most @param {(figures: Figures) => number} count @returns {Line} */
function atMost(name, most, count) {
  const words = most === 0 ? '0' : `≤ ${most}`;
  return {
    name,
    show: (figures) => `${count(figures)}`,
    target: { words, met: (figures) => count(figures) <= most },
  };
}

/**
 * Formats one line per figure with a column per tree. The targets apply to the first tree: ✓ met, ✗ missed.
 * @param {readonly Tree[]} trees
 */
export function showTable(trees) {
  const [first] = trees;
  const rows = [
    ['', ...trees.map(({ name }) => name), 'target'],
    ...LINES.map(({ name, show, target }) => [
      name,
      ...trees.map(({ figures }) => show(figures)),
      target && first ? `${target.words} ${target.met(first.figures) ? '✓' : '✗'}` : '',
    ]),
  ];
  return alignColumns(rows);
}

/** @param {Figures} figures */
export function showFolders({ documentationByFolder }) {
  const rows = Object.entries(documentationByFolder).map(([folder, entry]) => [
    folder,
    percent(documentedPercent(entry)),
    `${entry.documented} of ${entry.total}`,
  ]);
  return alignColumns([['exports documented', '', ''], ...rows]);
}

/** @param {Figures} figures */
export function showLists(figures) {
  return [
    list(
      'exported names with several meanings',
      figures.severalMeanings.map(({ name, paths }) => `${name}: ${paths.join(', ')}`),
    ),
    list(
      'import cycles, type imports included',
      figures.importCycles.map((members) => members.join(', ')),
    ),
    list(
      `folders of more than ${TARGETS.filesOfFolder} files`,
      figures.foldersOverLimit.map(({ folder, files }) => `${folder}: ${files}`),
    ),
    list(
      `files ≤ ${TARGETS.smallFileLines} lines whose one importer is beside them`,
      figures.smallSingleImporterFiles.map(({ path, importer, lines }) => `${path} (${lines}) ← ${importer}`),
    ),
    list('exports without a doc comment', figures.documentation.missing),
    list('private types used once', figures.privateTypesUsedOnce),
  ].join('\n');
}

/** @param {string} title @param {readonly string[]} entries */
function list(title, entries) {
  return `${[`${title}: ${entries.length}`, ...entries.map((entry) => `  ${entry}`)].join('\n')}\n`;
}

/** @param {readonly (readonly string[])[]} rows */
function alignColumns(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
