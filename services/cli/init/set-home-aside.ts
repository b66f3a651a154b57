import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import { homeContract } from '../../shared/trust/home-contract.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import { withWriteErrors } from '../home/file-errors.js';
import { ownedPaths, stopHomeBroker } from './clear-home.js';

/** Moves a home of another contract into a new folder inside it, and says where; deletes nothing. */
export function setHomeAside(home: Home, say: (words: string) => void): void {
  const contract = homeContract(home);
  if (contract === undefined || contract === CONTRACT) return;
  stopHomeBroker(home);
  const folder = unusedFolder(join(home.root, `contract-${contract}`));
  withWriteErrors(folder, () => mkdirSync(folder, { mode: 0o700 }));
  for (const path of [join(home.root, 'ports.json'), ...ownedPaths(home), home.contract]) {
    if (existsSync(path)) withWriteErrors(path, () => renameSync(path, join(folder, basename(path))));
  }
  say(`the files of the home of another contract are in \`${folder}\`, for the build that made it`);
}

function unusedFolder(path: string): string {
  const others = Array.from({ length: 99 }, (_, index) => `${path}.${index + 2}`);
  return [path, ...others].find((one) => !existsSync(one)) ?? `${path}.${Date.now()}`;
}
