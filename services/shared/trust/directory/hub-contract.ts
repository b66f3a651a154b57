import { fail, type LiaisonError } from '../../kernel/errors.js';
import type { Alarms } from '../../runtime/alarms.js';
import { CONTRACT } from '../../wire/contract.js';
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
