import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../services/shared/runtime/root.js';

/** A replacement in a copy of this build: the file, a text that is there exactly once, and what replaces it. */
export type BuildChange = readonly [file: string, before: string, after: string];

/** Copies `dist/` to a folder of its own, with these changes, and returns that folder; the caller removes it. */
export function patchBuild(changes: readonly BuildChange[]): string {
  const root = mkdtempSync(join(tmpdir(), 'liaison-build-'));
  for (const name of ['dist/services', 'proto/liaison', 'package.json'])
    cpSync(join(projectRoot, name), join(root, name), { recursive: true });
  for (const name of ['node_modules', 'policies', 'proto/schema', 'proto/examples']) {
    mkdirSync(join(root, 'proto'), { recursive: true });
    symlinkSync(join(projectRoot, name), join(root, name));
  }
  for (const [file, before, after] of changes) {
    const [head, tail, ...more] = readFileSync(join(root, file), 'utf8').split(before);
    if (head === undefined || tail === undefined || more.length > 0)
      throw new Error(`${file} does not have \`${before}\` exactly once`);
    writeFileSync(join(root, file), `${head}${after}${tail}`);
  }
  return root;
}
