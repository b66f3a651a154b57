import { fail, type LiaisonError } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Alarms } from '../../runtime/alarms.js';
import { CONTRACT, writtenContract } from '../../wire/contract.js';
import type { Directory } from '../directory.js';
import type { DirectoryHolder } from '../directory-holder.js';

/** The fact of a directory that `hubContractFault` reads. */
interface NamesHubContract {
  readonly hub: { readonly contract: number };
}

/**
 * Returns `contract-unknown` when the directory gives the hub a contract that this version does not speak: a
 * process of the hub then waits, because it cannot write or judge records in that contract. Undefined
 * otherwise. The keys and dates of such a directory still count.
 */
export function hubContractFault({ hub }: NamesHubContract): LiaisonError | undefined {
  if (hub.contract <= CONTRACT) return undefined;
  return fail(
    'contract-unknown',
    `the directory says contract ${hub.contract} for the hub, this version speaks ${CONTRACT}`,
  );
}

/**
 * Returns the contract in which the hub writes to a member: the hub's, or the member's if that is older, as
 * it may be while the member is suspended.
 */
export function contractFor(
  { hub, organisations }: Pick<Directory, 'hub' | 'organisations'>,
  org: OrgId,
): number {
  return writtenContract(Math.min(hub.contract, organisations.get(org)?.contract ?? hub.contract));
}

/** Raises `contract-not-spoken` at a process of the hub while `hubContractFault` finds a fault. */
export function watchHubContract(holder: Pick<DirectoryHolder, 'current' | 'follow'>, alarms: Alarms): void {
  const look = (directory: NamesHubContract): void => {
    const fault = hubContractFault(directory);
    if (fault === undefined) alarms.end('contract-not-spoken');
    else alarms.raise('contract-not-spoken', fault);
  };
  holder.follow(look);
  look(holder.current());
}
