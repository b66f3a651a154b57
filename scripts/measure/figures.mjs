// @ts-check
// Computes the figures of a tree of modules. Nothing here reads a file.
import { dirname } from 'node:path';
import { importCycles } from './cycles.mjs';
import { SIBLING_CONTRACTS } from './sibling-contracts.mjs';
import { TARGETS } from './targets.mjs';

/** @typedef {import('./read-modules.mjs').Module} Module */

/** Words of comments that name no component. */
const VAGUE_WORDS = /\b(nobody|whoever|somebody|whom|is told|goes on|stands)\b/gi;

/** @typedef {{median: number, p90: number, max: number}} Distribution */
/** @typedef {{documented: number, total: number, missing: string[]}} Documentation `missing` holds `path name` */

/** @param {readonly Module[]} modules */
export function computeFigures(modules) {
  return {
    files: modules.length,
    lines: distribution(modules.map(({ lines }) => lines)),
    functionLines: distribution(modules.flatMap(({ functionLines }) => functionLines)),
    documentation: documentation(modules),
    documentationByFolder: Object.fromEntries(
      [...groupBy(modules, ({ path }) => ownerOf(path))].map(([owner, members]) => [
        owner,
        documentation(members),
      ]),
    ),
    severalMeanings: severalMeanings(modules),
    privateTypesUsedOnce: modules.flatMap(({ path, privateTypes }) =>
      privateTypes.filter(({ uses }) => uses === 1).map(({ name }) => `${path} ${name}`),
    ),
    importCycles: importCycles(modules, { runtime: false }),
    runtimeCycles: importCycles(modules, { runtime: true }),
    folderSizes: folderSizes(modules),
    foldersOverLimit: folderSizes(modules).filter(({ files }) => files > TARGETS.filesOfFolder),
    smallSingleImporterFiles: smallSingleImporterFiles(modules),
    vagueWords: modules.reduce(
      (sum, { comments }) => sum + (comments.join('\n').match(VAGUE_WORDS)?.length ?? 0),
      0,
    ),
  };
}

/** @typedef {ReturnType<typeof computeFigures>} Figures */

/**
 * The share of exports that are documented, in percent; 100 when there are none.
 * @param {Documentation} documentation
 */
export function documentedPercent({ documented, total }) {
  return total === 0 ? 100 : (100 * documented) / total;
}

/** @param {readonly number[]} values @returns {Distribution} */
function distribution(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const quantile = (/** @type {number} */ share) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { median: quantile(0.5), p90: quantile(0.9), max: quantile(1) };
}

/**
 * The folder a module is counted under: the process, or `shared/<topic>`.
 * @param {string} path
 */
function ownerOf(path) {
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, folders[0] === 'shared' ? 2 : 1).join('/') || '.';
}

/** @param {readonly Module[]} modules @returns {Documentation} */
function documentation(modules) {
  const exports = modules.flatMap(({ path, exports }) => exports.map((entry) => ({ path, ...entry })));
  const missing = exports.filter(({ documented }) => !documented);
  return {
    documented: exports.length - missing.length,
    total: exports.length,
    missing: missing.map(({ path, name }) => `${path} ${name}`),
  };
}

/**
 * The names that more than one module declares and exports. All modules of one sibling contract are one meaning.
 * @param {readonly Module[]} modules
 * @returns {{name: string, paths: string[]}[]} most meanings first
 */
function severalMeanings(modules) {
  const exports = modules.flatMap(({ path, exports }) => exports.map(({ name }) => ({ name, path })));
  return [...groupBy(exports, ({ name }) => name)]
    .map(([name, group]) => ({ name, paths: oneForEachMeaning(name, group) }))
    .filter(({ paths }) => paths.length > 1)
    .toSorted((one, other) => other.paths.length - one.paths.length || one.name.localeCompare(other.name));
}

/** @param {string} name @param {readonly {path: string}[]} group */
function oneForEachMeaning(name, group) {
  const contract = SIBLING_CONTRACTS.find((entry) => entry.name === name);
  const [sibling] = group.filter(({ path }) => contract?.paths.test(path));
  const others = group.filter(({ path }) => !contract?.paths.test(path));
  return [...(sibling ? [sibling] : []), ...others].map(({ path }) => path);
}

/** @param {readonly Module[]} modules @returns {{folder: string, files: number}[]} largest first */
function folderSizes(modules) {
  return [...groupBy(modules, ({ path }) => dirname(path))]
    .map(([folder, members]) => ({ folder, files: members.length }))
    .toSorted((one, other) => other.files - one.files || one.folder.localeCompare(other.folder));
}

/** @param {readonly Module[]} modules @returns {{path: string, importer: string, lines: number}[]} */
function smallSingleImporterFiles(modules) {
  const edges = modules.flatMap(({ path: importer, imports }) =>
    imports.map(({ path }) => ({ path, importer })),
  );
  const importers = groupBy(edges, ({ path }) => path);
  return modules.flatMap(({ path, lines }) => {
    const [first, second] = importers.get(path) ?? [];
    const single = first !== undefined && second === undefined && dirname(first.importer) === dirname(path);
    return single && lines <= TARGETS.smallFileLines ? [{ path, importer: first.importer, lines }] : [];
  });
}

/**
 * @template T
 * @param {readonly T[]} values
 * @param {(value: T) => string} key
 * @returns {Map<string, T[]>} in the order of the first value of each group
 */
function groupBy(values, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}
