import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { testSmoke } from '../smoke/smoke.js';
import { describeWhere } from '../support/needs.js';

/** Newer releases that README.md names as supported; the oldest, Node 20, runs all other tests. */
const MAJORS = [22, 24, 26];

for (const major of MAJORS) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = `.cache/node/${major}`;
  const node = join(projectRoot, folder, 'node_modules', name, 'bin/node');
  const enable = `Node ${major}: \`npm install --prefix ${folder} ${name}@${major}\``;
  describeWhere(existsSync(node), enable)(`a federation under Node ${major} for 40 s`, () => testSmoke(node));
}
