import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOrgId, type OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';

/** Returns the organisations with a folder in this home. */
export function orgFolders({ root }: Home): readonly OrgId[] {
  try {
    return readdirSync(join(root, 'orgs')).filter(isOrgId);
  } catch {
    return [];
  }
}
