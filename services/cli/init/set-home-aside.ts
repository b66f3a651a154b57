import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import { homeContract, isOwnContract } from '../../shared/trust/home-contract.js';
import { withWriteErrors } from '../home/file-errors.js';
import { stopHomeBroker } from './clear-home.js';

/** The locks of this call, and what was set aside before. */
const STAYS = /^(up|directory)\.lock$|^contract-/;

/**
 * Moves the files of a home of another contract into a new folder inside it, and says where; deletes nothing.
 * It moves all files, because this build does not know which names another contract uses. The files by which
 * a home is recognised move last, so that the next call completes an interrupted one.
 */
export function setHomeAside(home: Home, say: (words: string) => void): void {
  const contract = homeContract(home);
  if (contract === undefined || isOwnContract(contract)) return;
  stopHomeBroker(home);
  const folder = unusedFolder(join(home.root, `contract-${contract}`));
  withWriteErrors(folder, () => mkdirSync(folder, { mode: 0o700 }));
  const marks = [home.anchor, home.contract].map((path) => relative(home.root, path));
  const names = readdirSync(home.root).filter((name) => !STAYS.test(name));
  for (const name of names.toSorted((one, other) => marks.indexOf(one) - marks.indexOf(other)))
    withWriteErrors(join(home.root, name), () => renameSync(join(home.root, name), join(folder, name)));
  say(`the files of the home of another contract are in \`${folder}\`, for the build that made it`);
}

function unusedFolder(path: string): string {
  const others = Array.from({ length: 99 }, (_, index) => `${path}.${index + 2}`);
  return [path, ...others].find((one) => !existsSync(one)) ?? `${path}.${Date.now()}`;
}
