import { fail, type LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Alarms } from '../../runtime/alarms.js';
import { CONTRACT, writtenContract } from '../../wire/contract.js';
import type { Directory } from '../directory.js';
import type { DirectoryHolder } from '../directory-holder.js';

/** The part of a directory that says the contract of the hub's records. */
interface NamesHubContract {
  readonly hub: { readonly contract: number };
}

/**
 * Returns why a process of the hub waits: the directory says a contract that this version does not speak, so that it can neither
 * write nor judge records as the members expect them; undefined otherwise. Its keys and dates count all the same.
 */
export function hubContractFault({ hub }: NamesHubContract): LiaisonError | undefined {
  if (hub.contract <= CONTRACT) return undefined;
  return fail(
    'contract-unknown',
    `the directory says contract ${hub.contract} for the hub, this version speaks ${CONTRACT}`,
  );
}

/**
 * Returns the contract of what the hub sends to a member: that of the hub, or the member's own if that is older, as it may be while
 * the member is suspended.
 */
export function contractFor(
  { hub, organisations }: Pick<Directory, 'hub' | 'organisations'>,
  org: OrgId,
): number {
  return writtenContract(Math.min(hub.contract, organisations.get(org)?.contract ?? hub.contract));
}

/** Raises an alarm at a process of the hub while the directory says a contract that it does not speak. */
export function watchHubContract(holder: Pick<DirectoryHolder, 'current' | 'follow'>, alarms: Alarms): void {
  const look = (directory: NamesHubContract): void => {
    const fault = hubContractFault(directory);
    if (fault === undefined) alarms.end('contract-not-spoken');
    else alarms.raise('contract-not-spoken', fault);
  };
  holder.follow(look);
  look(holder.current());
}
