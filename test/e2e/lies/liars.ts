import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildChange, patchBuild } from '../../support/builds/patched-build.js';

/** What a lying process does to one recipient. */
export type Lie = 'held-back' | 'dropped' | 'less' | 'other-record' | 'other-receipt' | 'other-digest';

/** A build whose router, and whose gateway of the recipient, lie as they are told. */
export interface LyingBuild {
  readonly folder: string;
  /** Starts a lie; without a name the processes become honest. */
  tell(lie?: Lie): void;
  remove(): void;
}

const FRAMES = 'dist/services/router/frames';
const CHANGES: readonly BuildChange[] = [
  [`${FRAMES}/deliver.js`, "from './deliver-or-park.js'", "from './lie.js'"],
  [`${FRAMES}/record.js`, "from './disclosures-of.js'", "from './lie.js'"],
  [
    'dist/services/gateway/inbound/answer-delivery.js',
    'return signReceipt({ ...about, records, root, size,',
    'return signReceipt({ ...about, records, root: lyingRoot(recipient, root), size,',
  ],
];

/** Makes a build that lies to, or at, this recipient. The caller removes it. */
export function lyingBuild(recipient: string): LyingBuild {
  const folder = patchBuild(CHANGES);
  const lie = join(folder, 'lie');
  const tell = (name = ''): void => writeFileSync(lie, name);
  tell();
  const told = `const told = (org) => org === '${recipient}' ? readFileSync('${lie}', 'utf8') : '';`;
  const head = `import { readFileSync } from 'node:fs';\n${told}\n`;
  writeFileSync(join(folder, FRAMES, 'lie.js'), `${head}${ROUTER.replaceAll('RECIPIENT', recipient)}`);
  return { folder, tell, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What the patched router imports instead of its own steps. */
const ROUTER = `
import * as honest from './deliver-or-park.js';
`;
