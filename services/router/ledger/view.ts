import type { Bus } from '../../shared/bus/connect.js';
import type { StoredMessage } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Code } from '../../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../../shared/kernel/ids.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import { parseSubject } from '../../shared/wire/subjects.js';
import type { ReadArchive } from './auditor-http.js';
import { createCatchUp } from './catch-up.js';
import type { Events } from '../events.js';
import { createFollower } from './follower.js';
import { type ReceivedHeartbeat, createHeartbeatWatch } from './heartbeat-watch.js';
import { createLedgerWriter, type LedgerWriter } from './writer.js';
import { pruneArchived } from './prune-archived.js';
import { createRecordReader } from './reader.js';
import { createRollbackCheck } from './rollback.js';
import { createUnverifiedReport } from './unverified.js';
import { createIsRuledOut } from './ruled-out.js';

/** The ledger as this router knows it: reads and writes it, and follows the auditor's heartbeats. */
export interface LedgerView {
  readonly writer: LedgerWriter;
  /** The newest heartbeat of this epoch. */
  heartbeat(): ReceivedHeartbeat | undefined;
  /** The sequence up to which the stream is applied. */
  head(): number;
  /** Bytes of records that no heartbeat confirms, as of the last `look`. */
  unarchivedBytes(): number;
  isCaughtUp(): boolean;
  /** Checks stream, heartbeat and projection. Throws the reason when the projection is not up to date. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

interface ViewDeps {
  readonly number: number;
  readonly core: Bus;
  readonly store: RouterStore;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: Events;
  readonly alarms: Alarms;
  readonly readArchive: ReadArchive;
  readonly signal: AbortSignal;
}

/** Creates the view of one router; nothing is read before the first `look`. */
export function createLedgerView(deps: ViewDeps): LedgerView {
  const { core, store, directory, clock, events } = deps;
  const heartbeats = createHeartbeatWatch({
    core,
    directory,
    clock,
    onForeign: ({ code }) => events.alarm('foreign-heartbeat', 'record-foreign', { reason: code }),
    onAnew: () => events.alarm('stream-made-anew', 'stream-missing', { place: 'CHECKPOINT' }),
  });
  const parts = createReaderAndWriter(deps);
  const { writer, follower } = parts;
  const catchUp = createCatchUp({
    ...deps,
    ...parts,
    lastHeartbeat: heartbeats.last,
    orgs: () => [...directory().organisations.keys()].map((org): OrgId => parseOrgId(org)),
    onEpoch: () => events.alarm('ledger-made-anew', 'stream-missing'),
  });
  const step = reported(deps, catchUp.step);
  let unarchivedBytes = 0;
  return {
    writer,
    heartbeat: catchUp.heartbeat,
    head: follower.head,
    unarchivedBytes: () => unarchivedBytes,
    isCaughtUp: catchUp.isDone,
    look: async () => {
      await catchUp.checkEpoch();
      await heartbeats.look();
      await step();
      const heartbeat = catchUp.heartbeat();
      if (heartbeat === undefined) return;
      await pruneArchived(store, { heartbeat, clock, head: follower.head() });
      unarchivedBytes = store.ledger.bytesAfter(heartbeat);
    },
    stop: follower.leave,
  };
}

/** Wraps a step so that an alarm is raised while it fails because of a record that cannot be verified yet. */
function reported(deps: Pick<ViewDeps, 'events' | 'alarms'>, step: () => Promise<void>): () => Promise<void> {
  const report = createUnverifiedReport(deps);
  return async () => {
    try {
      await step();
      report(undefined);
    } catch (thrown) {
      report(thrown);
      throw thrown;
    }
  };
}

/** The follower waits for the writer, and the writer reads through the follower. */
function createReaderAndWriter({ number, core, store, directory, clock, events, log, signal }: ViewDeps) {
  const source = sources.ledgerRouter(number);
  const open = createRecordReader({ store, directory, clock });
  const onForeign = (code: Code, { seq, subject }: Pick<StoredMessage, 'seq' | 'subject'>): void =>
    events.alarm('foreign-record', 'record-foreign', { seq, subject, reason: code });
  const rollback = createRollbackCheck({ core, ledger: () => store.ledger });
  const writer: LedgerWriter = createLedgerWriter({
    core,
    store,
    rollback,
    signal,
    follower: () => follower,
  });
  const follower = createFollower({
    core,
    source,
    store,
    open,
    isRuledOut: createIsRuledOut({ core, directory, clock }),
    onForeign,
    settled: async (subject) => {
      const about = parseSubject(subject);
      if (about?.type === 'ledger') await writer.settled(about.org);
    },
    onError: ({ code, message }) => log.warn({ code }, message),
  });
  return { source, open, onForeign, rollback, writer, follower };
}
