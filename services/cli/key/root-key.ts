import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';

/** Only the federation's root signs a directory. Throws `forbidden` where its key is not in this home. */
export function requireRoot(home: Home): void {
  if (existsSync(home.rootKey)) return;
  throw fail(
    'forbidden',
    `\`${home.rootKey}\` is not here: only who keeps the root key of the federation signs its next directory, so it is theirs to do`,
  );
}
