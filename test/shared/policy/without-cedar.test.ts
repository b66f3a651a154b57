import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SERVICES = new URL('../../../services/', import.meta.url).pathname;
/** The only module that loads the package, on its first call. */
const CEDAR = 'shared/policy/cedar/cedar.ts';
/** A static import or re-export of a value; `import type` and `import(…)` load nothing at startup. */
const STATIC = /^(?:import|export)(?! type)[^;]*?from '([^']+)';|^import '([^']+)';/gm;

/** Returns every module that this one loads, as a path below `services/`, and every package. */
function loadedWith(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, from, alone] of readFileSync(join(SERVICES, path), 'utf8').matchAll(STATIC)) {
    const to = from ?? alone ?? '';
    if (!to.startsWith('.')) seen.add(to);
    else if (!to.includes('/generated/')) loadedWith(join(dirname(path), to.replace(/\.js$/, '.ts')), seen);
  }
  return seen;
}

test.each([
  ['router', 'policy/load/watch'],
  ['console', 'workbench/explain/explain'],
])('the %s does not load Cedar, whose WebAssembly never frees its memory', (process, what) => {
  const loaded = [...loadedWith(`${process}/main.ts`)];
  expect(loaded).toContain(`shared/${what}.ts`);
  expect(loaded.filter((name) => name.startsWith('@cedar-policy/'))).toEqual([]);
});

test.each(['router', 'console'])(
  'the child process that loads policies for the %s loads Cedar',
  (process) => {
    expect([...loadedWith(`${process}/load-child.ts`)]).toContain(CEDAR);
  },
);
