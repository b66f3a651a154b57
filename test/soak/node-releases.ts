import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { testSmoke } from '../smoke/smoke.js';
import { describeWhere } from '../support/needs.js';

/** Registers the smoke test of a federation under each of these releases of Node. */
export function testSmokeUnder(...majors: readonly number[]): void {
  for (const major of majors) {
    const name = `node-${process.platform}-${process.arch}`;
    const folder = `.cache/node/${major}`;
    const node = join(projectRoot, folder, 'node_modules', name, 'bin/node');
    const enable = `Node ${major}: \`npm install --prefix ${folder} ${name}@${major}\``;
    describeWhere(existsSync(node), enable)(`a federation under Node ${major} for 40 s`, () =>
      testSmoke(node),
    );
  }
}
