import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SERVICES = new URL('../../../services/', import.meta.url).pathname;
/** A static import or re-export of a value; `import type` and `import(…)` load nothing at the start. */
const STATIC = /^(?:import|export)(?! type)[^;]*?from '([^']+)';|^import '([^']+)';/gm;

/** Every module that is loaded with this one, and the packages, as paths below `services/`. */
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
])('the %s does not load Cedar, whose WebAssembly never gives its memory back', (process, what) => {
  const loaded = [...loadedWith(`${process}/main.ts`)];
  expect(loaded).toContain(`shared/${what}.ts`);
  expect(loaded.filter((name) => name.startsWith('@cedar-policy/'))).toEqual([]);
});

test.each(['router', 'console'])('the process that loads policies for the %s does', (process) => {
  expect([...loadedWith(`${process}/load-child.ts`)]).toContain('@cedar-policy/cedar-wasm/nodejs');
});
