import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fail } from '../kernel/errors.js';

/**
 * Returns the absolute path of the data folder that a configuration of nats-server names; a relative one begins at the folder of
 * the configuration. Throws `config-invalid` for a folder elsewhere: in a home that was copied or moved, an absolute path still
 * names the disk of the old home.
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

/** Resolves links in the folder of a path, not the last link, which may lead to a larger disk. */
function withoutLinks(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
