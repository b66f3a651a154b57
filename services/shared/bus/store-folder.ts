import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fail } from '../kernel/errors.js';

/**
 * Returns the absolute path of the data folder in a nats-server configuration; a relative path starts at the folder of the
 * configuration. Throws `config-invalid` for a folder elsewhere, because after a home was copied or moved an absolute path
 * still names the data of the old home.
 */
export function storeFolder(conf: string, named: string): string {
  const home = dirname(conf);
  const store = resolve(home, named);
  if (withoutLinks(store).startsWith(withoutLinks(home) + sep)) return store;
  throw fail(
    'config-invalid',
    `\`${conf}\` stores the data of the broker in \`${store}\`, outside its own folder: if this home was copied or moved, ` +
      'write `store_dir: "data"` into it',
  );
}

/** Resolves links in the parent folder of a path, but not the last part, which may be a link to a larger disk. */
function withoutLinks(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
