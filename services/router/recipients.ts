import type { OrgId } from '../shared/kernel/ids.js';
import { type Directory, hasLeft } from '../shared/trust/directory.js';
import type { Accounts } from './accounts.js';
import type { InboxState } from './inbox-state.js';

/** The recipients, and the state of their streams as of the last check. */
export interface Recipients {
  /** The recipient's IN; undefined when it could not be read. */
  inboxState(recipient: OrgId): InboxState | undefined;
  /** True while copies are parked for the recipient. */
  hasParked(recipient: OrgId): boolean;
  /** True for a member that has left: no delivery reaches it, and it answers nothing. */
  hasLeft(recipient: OrgId): boolean;
  /** False while the recipient's PARKED stream is known to be missing, and for a member that has left. */
  canPark(recipient: OrgId): boolean;
  /** Recipients whose last delivery was accepted by neither IN nor PARKED. */
  readonly deferring: Set<OrgId>;
}

/** Creates the view of the recipients' streams. */
export function createRecipients(
  { streams, inboxState }: Pick<Accounts, 'streams' | 'inboxState'>,
  { directory }: { readonly directory: () => Directory },
): Recipients {
  return {
    inboxState,
    hasParked: (recipient) => streams().backlog.recipients.has(recipient),
    hasLeft: (recipient) => hasLeft(directory(), recipient),
    canPark: (recipient) => !hasLeft(directory(), recipient) && !streams().unparkable.has(recipient),
    deferring: new Set(),
  };
}
