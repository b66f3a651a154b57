import { TOLD_TO_RECIPIENT } from '../../shared/bus/accounts.js';
import type { RingScope } from '../../shared/store/console/console-ring.js';
import type { Caller } from '../../shared/trust/callers.js';

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
