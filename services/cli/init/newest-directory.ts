import { readOpen } from '../../shared/kernel/read-open.js';
import type { Home } from '../../shared/runtime/home.js';
import { type Directory, openDirectory } from '../../shared/trust/directory.js';
import { keptDirectory } from '../../shared/trust/kept-directory.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { gatewayName, routerName, routerNumbers } from '../home/process-names.js';
import { orgFolders } from './org-folders.js';
import { routersOf } from './routers.js';

/** Returns the files in which the processes of this home keep the newest directory they used, by process name. */
function keptCopies(home: Home): Readonly<Record<string, string>> {
  const folders = {
    auditor: home.auditorData,
    ...Object.fromEntries(routerNumbers(routersOf(home)).map((n) => [routerName(n), home.router(n)])),
    console: home.hub('console'),
    ...Object.fromEntries(orgFolders(home).map((org) => [gatewayName(org), home.org(org)])),
  };
  return Object.fromEntries(Object.entries(folders).map(([name, folder]) => [name, keptDirectory(folder)]));
}

/** A directory that a process kept, verified. */
interface KeptCopy {
  readonly path: string;
  readonly directory: Directory;
}

/** Returns the newest directory that a process of this home kept; ignores unreadable and unverified ones. */
export async function newestCopy(home: Home): Promise<KeptCopy | undefined> {
  const anchor = readAnchor(home);
  const open = async (path: string): Promise<KeptCopy> => {
    const directory = await openDirectory(readOpen(path), anchor);
    return { path, directory };
  };
  const copies = await Promise.all(
    Object.values(keptCopies(home)).map((path) => open(path).catch(() => undefined)),
  );
  const newer = (one?: KeptCopy, other?: KeptCopy): KeptCopy | undefined =>
    (other?.directory.version ?? 0) > (one?.directory.version ?? 0) ? other : one;
  return copies.reduce(newer, undefined);
}
