import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of `package.json`, `proto/` and `policies/`: the same when run from the sources and from `dist/`. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The policies that are shipped with the code. */
export const shippedPolicies: string = join(projectRoot, 'policies');

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('the project folder was not found');
  return findRoot(above);
}
