import { fail } from '../../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../../shared/kernel/ids.js';
import type { Home } from '../../../shared/runtime/home.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import type { GatewayRunFile } from '../../home/run-file.js';

/** Returns the organisation that is named, or the only one whose gateway this home runs. Throws `usage`. */
export function onlyOrg({ gateways }: GatewayRunFile, named: string | undefined): OrgId {
  const [org, ...more] = Object.keys(gateways);
  if (named !== undefined) return parseOrgId(named);
  if (org !== undefined && more.length === 0) return parseOrgId(org);
  throw fail('usage', 'this home has several gateways: name one with `--org`', [
    { path: '--org', message: 'missing' },
  ]);
}

/** Returns the name of the federation, from the directory of this home. Throws as `readDirectory` does. */
export async function federationOfHome(home: Home): Promise<string> {
  const { federation } = await readDirectory(home);
  return federation;
}
