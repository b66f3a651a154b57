import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isCode } from '../../../shared/kernel/errors.js';
import { readOpen } from '../../../shared/kernel/read-open.js';
import { fetchArchived } from '../../../shared/policy/adopted/archived-bundle.js';
import type { PolicyBundle } from '../../../shared/policy/adopted/bundle.js';
import { MAX_PACKED_BYTES, unpackBundle } from '../../../shared/policy/adopted/packed-bundle.js';
import type { Home } from '../../../shared/runtime/home.js';
import { digest } from '../../../shared/trust/digest.js';
import { requireRunning } from '../../home/run-file.js';
import { auditorClient } from '../../http-client.js';

/** Resolves with an archived bundle of policies; undefined when the archive does not have it. */
export type FetchBundle = (named: string) => Promise<PolicyBundle | undefined>;

/** Reads bundles from a copy of the auditor's archive. Throws `not-found` where there is no such folder. */
export function bundlesIn(folder: string): FetchBundle {
  if (!existsSync(folder)) throw fail('not-found', `no archive of policies at \`${folder}\``);
  return async (named) => {
    const path = [join(folder, named), join(folder, 'new', named)].find((place) => existsSync(place));
    if (path === undefined) return undefined;
    if (statSync(path).size > MAX_PACKED_BYTES)
      throw fail('oversize', `\`${path}\` is larger than any bundle`);
    return unpackBundle(readOpen(path), named, digest);
  };
}

/** Fetches bundles from the auditor of the running federation. Throws as `auditorClient` does. */
export function bundlesOfAuditor(home: Home): FetchBundle {
  const auditor = auditorClient(home, requireRunning(home));
  return async (named) => {
    try {
      return await fetchArchived(auditor, named, digest);
    } catch (thrown) {
      if (isCode(thrown, 'not-found')) return undefined;
      throw thrown;
    }
  };
}
