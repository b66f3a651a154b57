import { readOpen } from '../../shared/kernel/read-open.js';
import type { Home } from '../../shared/runtime/home.js';
import { digest } from '../../shared/trust/digest.js';
import { type Directory, openDirectory } from '../../shared/trust/directory.js';
import { keptDirectory } from '../../shared/trust/kept-directory.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';
import { readAnchor } from '../../shared/trust/read-directory.js';
import { routerNumbers } from '../home/process-names.js';
import { orgFolders } from './org-folders.js';
import { routersOf } from './routers.js';

/** Returns the files in which the processes of this home keep the newest directory they used. */
function keptCopies(home: Home): readonly string[] {
  const folders = [
    home.auditorData,
    ...routerNumbers(routersOf(home)).map((n) => home.router(n)),
    home.hub('console'),
    ...orgFolders(home).map((org) => home.org(org)),
  ];
  return folders.map((folder) => keptDirectory(folder));
}

/** A directory that a process kept, verified. */
interface KeptCopy {
  readonly path: string;
  readonly directory: Directory;
}

/**
 * Returns the newest directory that a process of this home kept; ignores unreadable and unverified ones. Equal copies are verified
 * once, and no more than two are in memory: a demonstration of 200 members has one of 200 members for each of them.
 */
export async function newestCopy(home: Home): Promise<KeptCopy | undefined> {
  const anchor = readAnchor(home);
  const tried = new Set<string>();
  let newest: KeptCopy | undefined;
  for (const path of keptCopies(home)) {
    const directory = await openOnce(path, { anchor, tried }).catch(() => undefined);
    if (directory !== undefined && directory.version > (newest?.directory.version ?? 0))
      newest = { path, directory };
  }
  return newest;
}

interface OpenOnceParams {
  readonly anchor: PublicJwk;
  /** The digests of the copies that were opened before. */
  readonly tried: Set<string>;
}

async function openOnce(path: string, { anchor, tried }: OpenOnceParams): Promise<Directory | undefined> {
  const frame = readOpen(path);
  const name = digest(frame);
  if (tried.has(name)) return undefined;
  tried.add(name);
  return openDirectory(frame, anchor);
}
