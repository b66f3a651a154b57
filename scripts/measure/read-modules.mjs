// @ts-check
// Reads the TypeScript modules below a folder with the parser of vite: functions, exports, imports, private types.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { exportsOf } from './exports.mjs';

/** @typedef {import('vite').ESTree.Program} Program */

/**
 * One import of another module of the same tree. `runtime` is false for `import type`, `export type … from` and
 * `import('…').Name`, which the compiler erases.
 * @typedef {{path: string, runtime: boolean}} Import
 */

/**
 * One module. Paths are relative to the tree's folder; lengths are in lines, comments and blank lines included.
 * @typedef {object} Module
 * @property {string} path
 * @property {number} lines
 * @property {number[]} functionLines one entry a function, methods and arrow functions included
 * @property {import('./exports.mjs').Export[]} exports the names declared here; names re-exported are not in it
 * @property {Import[]} imports
 * @property {{name: string, uses: number}[]} privateTypes interfaces and type aliases that are not exported
 * @property {string[]} comments the text of each comment
 */

/**
 * Reads every module below a folder, generated ones excepted.
 * @param {string} folder
 * @returns {Module[]} sorted by path; empty when the folder does not exist
 */
export function readModules(folder) {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(generated|node_modules)\//.test(path))
    .toSorted();
  const known = new Set(paths);
  return paths.map((path) => readModule(path, readFileSync(join(folder, path), 'utf8'), known));
}

/**
 * @param {string} path
 * @param {string} source
 * @param {ReadonlySet<string>} known the paths an import may resolve to
 * @returns {Module}
 */
function readModule(path, source, known) {
  const { program, comments, errors } = parseSync(path, source);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const exports = exportsOf(program, comments, source);
  return {
    path,
    lines: source.split('\n').length - 1,
    functionLines: functionLines(program, source),
    exports,
    imports: importsOf(path, program, known),
    privateTypes: privateTypes(program, new Set(exports.map(({ name }) => name))),
    comments: comments.map(({ value }) => value),
  };
}

/** @param {Program} program @param {string} source */
function functionLines(program, source) {
  /** @type {number[]} */
  const lengths = [];
  const add = (/** @type {{start: number, end: number}} */ { start, end }) =>
    lengths.push(source.slice(start, end).split('\n').length);
  new Visitor({
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(program);
  return lengths;
}

/** @param {string} path @param {Program} program @param {ReadonlySet<string>} known @returns {Import[]} */
function importsOf(path, program, known) {
  /** @type {Map<string, boolean>} */
  const found = new Map();
  /** @param {string} specifier @param {boolean} runtime */
  const add = (specifier, runtime) => {
    const to = resolve(path, specifier, known);
    if (to !== undefined) found.set(to, runtime || found.get(to) === true);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind !== 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, node.exportKind !== 'type');
    },
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind !== 'type'),
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, true);
    },
    TSImportType: (node) => add(node.source.value, false),
  }).visit(program);
  return [...found].map(([to, runtime]) => ({ path: to, runtime }));
}

/**
 * Resolves `./x.js` to the `x.ts` or `x.tsx` it is compiled from; undefined outside the tree.
 * @param {string} from
 * @param {string} specifier
 * @param {ReadonlySet<string>} known
 */
function resolve(from, specifier, known) {
  if (!specifier.startsWith('.')) return undefined;
  const stem = normalize(join(dirname(from), specifier)).replace(/\.[jt]sx?$/, '');
  return [`${stem}.ts`, `${stem}.tsx`].find((path) => known.has(path));
}

/**
 * Counts how often each private type is named in its module, its own declaration excepted.
 * @param {Program} program
 * @param {ReadonlySet<string>} exported
 */
function privateTypes(program, exported) {
  const names = program.body.flatMap((node) =>
    node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration' ? [node.id.name] : [],
  );
  /** @type {Map<string, number>} */
  const uses = new Map();
  /** @param {import('vite').ESTree.Expression | import('vite').ESTree.TSTypeName} node */
  const add = (node) => {
    if (node.type === 'Identifier') uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
  };
  new Visitor({
    TSTypeReference: ({ typeName }) => add(typeName),
    TSInterfaceHeritage: ({ expression }) => add(expression),
    TSClassImplements: ({ expression }) => add(expression),
  }).visit(program);
  return names.filter((name) => !exported.has(name)).map((name) => ({ name, uses: uses.get(name) ?? 0 }));
}
