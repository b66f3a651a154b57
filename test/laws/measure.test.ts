import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { computeFigures, documentedPercent } from '../../scripts/measure/figures.mjs';
import { readModules } from '../../scripts/measure/read-modules.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The figures of a tree written from `files`, path to source. */
function figuresOf(files: Readonly<Record<string, string>>): ReturnType<typeof computeFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'measure-'));
  folders.push(folder);
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  return computeFigures(readModules(folder));
}

describe('measure-source', () => {
  test('an export is documented when a doc comment is directly above it, also when it is exported further down', () => {
    const { documentation } = figuresOf({
      'a/one.ts': [
        '/** Documented. */',
        'export const first = 1;',
        '// A line comment documents nothing.',
        'export const second = 2;',
        '/** Too far above. */',
        '',
        'export const third = 3;',
        '/** Documented at its declaration. */',
        'function fourth() {}',
        'export { fourth };',
      ].join('\n'),
    });
    expect(documentation).toEqual({
      documented: 2,
      total: 4,
      missing: ['a/one.ts second', 'a/one.ts third'],
    });
    expect(documentedPercent(documentation)).toBe(50);
  });

  test('overloads, and a type and a value of one name, are one export; a re-export is none', () => {
    const { documentation, severalMeanings } = figuresOf({
      'a/one.ts': [
        '/** Overloaded. */',
        'export function read(value: string): string;',
        'export function read(value: number): number;',
        'export function read(value: unknown): unknown { return value; }',
        '/** Both. */',
        'export interface Both { readonly value: number }',
        'export const Both = { value: 1 };',
      ].join('\n'),
      'a/index.ts': "export { read } from './one.js';\nexport * from './one.js';\n",
      'a/local.ts': "import { read } from './one.js';\nexport { read };\n",
    });
    expect(documentation).toMatchObject({ documented: 2, total: 2 });
    expect(severalMeanings).toEqual([]);
  });

  test('a name that two modules declare and export has several meanings', () => {
    const { severalMeanings } = figuresOf({
      'a/one.ts': 'export interface Row {}\n',
      'b/two.ts': 'export const { Row, other: [Cell] } = table;\n',
    });
    expect(severalMeanings).toEqual([{ name: 'Row', paths: ['a/one.ts', 'b/two.ts'] }]);
  });

  test('import cycles include type imports; run-time cycles include dynamic imports and leave type imports out', () => {
    const figures = figuresOf({
      'types/one.ts': "import type { Two } from './two.js';\nexport type One = Two;\n",
      'types/two.ts': "export type Two = import('./one.js').One;\n",
      'run/one.ts': "import './two.js';\n",
      'run/two.ts': "import './three.js';\n",
      'run/three.ts': "await import('./one.js');\n",
      'run/alone.ts': "import './one.js';\n",
    });
    const running = ['run/one.ts', 'run/three.ts', 'run/two.ts'];
    expect(figures.importCycles).toEqual([running, ['types/one.ts', 'types/two.ts']]);
    expect(figures.runtimeCycles).toEqual([running]);
  });

  test('a private type is counted with its uses in its own module', () => {
    const { privateTypesUsedOnce } = figuresOf({
      'a/one.ts': [
        'interface Once {}',
        'interface Twice {}',
        'export interface Exported {}',
        'export function f(once: Once, exported: Exported): Twice | Twice[] {}',
      ].join('\n'),
    });
    expect(privateTypesUsedOnce).toEqual(['a/one.ts Once']);
  });

  test('a small file with one importer in its folder is listed; generated files are not read', () => {
    const figures = figuresOf({
      'a/one.ts': "import './two.js';\nimport './three.js';\nimport '../b/four.js';\n",
      'a/two.ts': "import './three.js';\n",
      'a/three.ts': '',
      'b/four.ts': '',
      'a/generated/five.ts': 'not TypeScript',
    });
    expect(figures.files).toBe(4);
    expect(figures.smallSingleImporterFiles).toEqual([{ path: 'a/two.ts', importer: 'a/one.ts', lines: 1 }]);
  });

  test('lines of functions count methods and arrow functions', () => {
    const { functionLines } = figuresOf({
      'a/one.ts': 'class A {\n  b() {\n    return () => 1;\n  }\n}\nfunction c() {\n  return 1;\n\n}\n',
    });
    expect(functionLines).toEqual({ median: 3, p90: 4, max: 4 });
  });
});
