import { fail } from '../../../shared/kernel/errors.js';
import type { PolicyBundle } from '../../../shared/policy/adopted/bundle.js';
import { folderOfBundle, unreleasedRules } from '../../../shared/policy/adopted/bundle-folder.js';
import { MEMBERS_FILE } from '../../../shared/policy/federation-files.js';
import type { Home } from '../../../shared/runtime/home.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { adoptedNow, findAdopted } from './adopted-versions.js';
import type { PolicyBase, PolicyTexts } from './policy-base.js';

/** The name of the policies by which the routers decide. */
const ADOPTED = 'adopted';

/** Returns the adopted policies of a hub whose members release their rules. Throws as `adoptedNow` does. */
export async function hubBase(home: Home): Promise<PolicyBase> {
  const { federation } = await readDirectory(home);
  const textsOf = (bundle: PolicyBundle, name: string): PolicyTexts => {
    if (bundle.files.has(MEMBERS_FILE)) return folderOfBundle(bundle, federation);
    throw fail('usage', `\`${name}\` was adopted from a folder of the hub, without facts about members`);
  };
  const { bundle: now, note } = await adoptedNow(home);
  return {
    name: ADOPTED,
    ...(note === undefined ? {} : { note }),
    texts: textsOf(now, ADOPTED),
    rulesOf: unreleasedRules,
    find: async (name) => {
      const bundle = await findAdopted(home, name);
      return bundle && textsOf(bundle, name);
    },
  };
}
