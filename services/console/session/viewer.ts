import { KINDS } from '../../shared/notice/kinds.js';
import { TOLD_TO_RECIPIENT } from '../../shared/bus/accounts.js';
import type { RingScope } from '../../shared/store/console/console-ring.js';
import type { Caller } from '../../shared/trust/callers.js';
import type { Directory } from '../../shared/trust/directory.js';
import { EVENTS, OUTCOMES } from '../../shared/wire/status-words.js';
import type { ShownSession } from '../shown.js';

/** Who looks, and with whose eyes. */
export interface Viewer {
  readonly name: string;
  /** `viewer`, and what else: `operator`, `author`. */
  readonly roles: readonly string[];
  /** Undefined: the federation's own people, who see everything. */
  readonly scope: RingScope | undefined;
}

export function viewerOf({ name, scopes, org }: Caller): Viewer {
  return { name, roles: scopes, scope: org === undefined ? undefined : { org, told: TOLD_TO_RECIPIENT } };
}

/** Whose eyes the auditor is asked for: the session's to say, never the browser's. */
export function auditorViewer({ scope }: Viewer): string {
  return scope?.org ?? 'federation';
}

/** The session of a viewer as the page shows it, with the names that it offers to choose from. */
export function describeSession({ name, roles, scope }: Viewer, directory: Directory): ShownSession {
  return {
    name,
    roles,
    org: scope?.org ?? null,
    federation: directory.federation,
    organisations: [...directory.organisations.values()].map(({ id, name }) => ({ id, name })),
    events: EVENTS,
    kinds: KINDS,
    outcomes: OUTCOMES,
    told: scope?.told ?? null,
  };
}
