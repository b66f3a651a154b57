import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { openPolicyBase, type PolicyCall } from './open-base.js';
import { inFolderOf, requireVersion } from './policy-version.js';

interface InPoliciesOptions {
  /** The folder that a verb was given besides `--policies`. */
  readonly name?: string | undefined;
  /** What to do instead at a site, of a verb whose answer depends on the rules of others. */
  readonly atSite?: string;
}

/**
 * Calls `work` with the folder of policies that a verb is about: `name`, else that of `--policies`. Where no folder has the rules of
 * every member, `work` gets a completed copy, which is removed afterwards, and at a site also its organisation. Throws `usage`, and as
 * `openPolicyBase` and `requireVersion` do.
 */
export async function inPolicies<T>(
  call: PolicyCall,
  work: (folder: string, own?: OrgId) => T | Promise<T>,
  { name, atSite }: InPoliciesOptions = {},
): Promise<T> {
  const { policies, policiesGiven = false } = call.options;
  const base = await openPolicyBase(call, name !== undefined || policiesGiven);
  if (base === undefined) return work(name ?? policies);
  const { site, note } = base;
  if (site !== undefined && atSite !== undefined) throw fail('usage', atSite);
  if (note !== undefined) call.output.note(note);
  const version = name ?? (policiesGiven && site === undefined ? policies : base.name);
  return inFolderOf(await requireVersion(version, base), base, (folder) => work(folder, site?.own));
}
