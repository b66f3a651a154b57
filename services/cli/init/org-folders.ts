import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOrgId, type OrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';

/** The organisations that have a folder in this home; none where there is no such place. */
export function orgFolders({ root }: Home): readonly OrgId[] {
  try {
    return readdirSync(join(root, 'orgs')).filter(isOrgId);
  } catch {
    return [];
  }
}
