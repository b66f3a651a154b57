import type { Bus } from '../shared/bus/connect.js';
import type { Clock } from '../shared/kernel/clock.js';
import type { Policy } from '../shared/policy/plan.js';
import type { RouterStore } from '../shared/store/router/router-store.js';
import type { Directory } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import type { Events } from './events.js';
import type { LedgerWriter } from './ledger/writer.js';
import type { InboxPublisher } from './inbox.js';
import type { Quarantine } from './quarantine/quarantine.js';

/** What one frame is judged by, from its first step to its last. */
export interface Snapshot {
  readonly directory: Directory;
  readonly policy: Policy;
  readonly now: Date;
}

/** Everything that the steps need of the router. */
export interface Hub {
  /** `router-1`: the `source` of its status events. */
  readonly name: string;
  readonly clock: Clock;
  /** The hub's key. */
  readonly signer: Signer;
  readonly store: RouterStore;
  readonly core: Bus;
  readonly ledger: LedgerWriter;
  readonly events: Events;
  readonly quarantine: Quarantine;
  /** Aborted when the router stops: what is under way is given up and comes again. */
  readonly signal: AbortSignal;
  readonly publishToInbox: InboxPublisher;
  /** Throws what closes the gate: nothing may be judged meanwhile. */
  snapshot(): Snapshot;
}
