import type { Bus } from '../shared/bus/connect.js';
import type { Clock } from '../shared/kernel/clock.js';
import type { PolicyBundle } from '../shared/policy/adopted/bundle.js';
import type { Policy } from '../shared/policy/plan.js';
import type { RouterStore } from '../shared/store/router/router-store.js';
import type { Directory } from '../shared/trust/directory.js';
import type { PendingRequests } from '../shared/trust/directory/pending-requests.js';
import type { Signer } from '../shared/trust/keys.js';
import type { Events } from './events.js';
import type { SendCosignature } from './ledger/cosign-http.js';
import type { LogReader } from './ledger/log-http.js';
import type { ReadOverheld } from './ledger/overheld-http.js';
import type { RecordBytes } from './ledger/record-bytes.js';
import type { LedgerWriter } from './ledger/writer.js';
import type { InboxPublisher } from './inbox.js';
import type { CommandedPolicies } from './commanded-policies.js';
import type { Quarantine } from './quarantine/quarantine.js';
import type { Recipients } from './recipients.js';

/** Directory, policies and time that one frame is judged by, from its first step to its last. */
export interface Snapshot {
  readonly directory: Directory;
  readonly policy: Policy;
  readonly now: Date;
}

/** What the steps of the recipes need of the router. */
export interface Hub extends Recipients {
  /** Source of the router's status events, for example `router-1`. */
  readonly name: string;
  readonly clock: Clock;
  readonly directory: () => Directory;
  /** The hub's key. */
  readonly signer: Signer;
  readonly store: RouterStore;
  /** True where members release their own rules; elsewhere the hub's folder has the rules of all. */
  readonly takesReleases: boolean;
  /** Returns the policies by which this router decides; undefined while it has none. */
  readonly adoptedPolicies: () => PolicyBundle | undefined;
  readonly core: Bus;
  readonly ledger: LedgerWriter;
  readonly recordBytes: RecordBytes;
  readonly events: Events;
  readonly quarantine: Quarantine;
  readonly keyRequests: PendingRequests;
  readonly policies: CommandedPolicies;
  /** Aborted when the router stops: messages under way are given up and redelivered. */
  readonly signal: AbortSignal;
  readonly publishToInbox: InboxPublisher;
  readonly readOverheld: ReadOverheld;
  readonly readLog: LogReader;
  readonly sendCosignature: SendCosignature;
  /** The current snapshot. While the gate is closed, throws the first reason, so that nothing is judged. */
  snapshot(): Snapshot;
  /** True while the gate is open. */
  isOpen(): boolean;
  /** True when everything that the ledger held is applied. */
  isCaughtUp(): boolean;
}
