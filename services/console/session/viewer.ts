import { KINDS } from '../../shared/notice/kinds.js';
import { RECIPIENT_EVENTS } from '../../shared/bus/accounts.js';
import type { RingScope } from '../../shared/store/console/console-ring.js';
import type { Caller } from '../../shared/trust/callers.js';
import type { Directory } from '../../shared/trust/directory.js';
import { memberState } from '../../shared/trust/directory/member-state.js';
import { EVENTS, OUTCOMES } from '../../shared/wire/status-words.js';
import type { ShownSession } from '../shown.js';

/** A signed-in caller and what it may see. */
export interface Viewer {
  readonly name: string;
  /** `viewer`, and possibly `operator` and `author`. */
  readonly roles: readonly string[];
  /** What a viewer of one organisation may see; undefined for viewers of the federation, who see everything. */
  readonly scope: RingScope | undefined;
}

/** Returns the viewer for a caller in the token file. */
export function viewerOf({ name, scopes, org }: Caller): Viewer {
  return { name, roles: scopes, scope: org === undefined ? undefined : { org, told: RECIPIENT_EVENTS } };
}

/** Returns the parties for which the console bounds concurrent requests. */
export function partiesOf({ name, scope }: Viewer) {
  return { caller: name, organisation: scope?.org };
}

/** The viewer that the auditor is asked for: taken from the session, never from the request. */
export function auditorViewer({ scope }: Viewer): string {
  return scope?.org ?? 'federation';
}

/** The session of a viewer as the page shows it, with the names that it offers to choose from. */
export function describeSession(
  { name, roles, scope }: Viewer,
  directory: Directory,
  now: Date,
): ShownSession {
  return {
    name,
    roles,
    org: scope?.org ?? null,
    federation: directory.federation,
    organisations: [...directory.organisations.values()].map((member) => ({
      id: member.id,
      name: member.name,
      state: memberState(member, now),
    })),
    events: EVENTS,
    kinds: KINDS,
    outcomes: OUTCOMES,
    told: scope?.told ?? null,
  };
}
