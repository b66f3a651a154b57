import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Lists the files below a folder as sorted paths relative to it, with `/` between names. Follows symbolic links. */
export function findFiles(root: string, skip: (path: string) => boolean = () => false): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      // A file that its process replaced or removed meanwhile.
      const entry = statSync(join(root, path), { throwIfNoEntry: false });
      if (entry?.isDirectory() === true) {
        if (!skip(`${path}/`)) visit(path);
      } else if (entry?.isFile() === true && !skip(path)) found.push(path);
    }
  };
  visit('');
  return found.toSorted();
}
