import type { Bus } from '../shared/bus/connect.js';
import type { Clock } from '../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../shared/kernel/errors.js';
import type { Heartbeat } from '../shared/ledger/heartbeat.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import { measureVitals } from '../shared/runtime/vitals.js';
import { type Directory, isStale } from '../shared/trust/directory.js';
import type { Signer } from '../shared/trust/keys.js';
import { mayPass } from '../shared/trust/may-pass.js';
import type { Archive } from './archive.js';
import type { Callers } from '../shared/trust/callers.js';
import { type ArchiveFollower, followLedger } from './follower.js';
import { type Heartbeats, lastHeartbeat, startHeartbeats } from './heartbeats.js';
import { createHttp } from './http.js';
import { createKeeper } from './keeper.js';
import { type AuditorMetrics, createAuditorMetrics, measureAuditor } from './metrics.js';
import { createVerifyRecord } from './verify-record.js';

/** What an auditor needs from its process. */
export interface AuditorDeps {
  /** The auditor's connection to CORE; the caller closes it. */
  readonly bus: Bus;
  readonly archive: Archive;
  readonly directory: () => Directory;
  /** The `audit` key. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly meter: Meter;
  readonly callers: Callers;
  readonly host: string;
  readonly port: number;
  /** Names under which it is reached, besides `host`. */
  readonly hostNames: readonly string[];
  readonly heartbeatMs: number;
  /** Records after which a heartbeat is published early. */
  readonly heartbeatRecords: number;
  /** Accepts a file that holds fewer records than the last heartbeat confirmed. */
  readonly afterLoss: boolean;
}

/** A running auditor. */
export interface Auditor {
  /** Base URL of its HTTP API. */
  readonly url: string;
  /** Codes that say why it is not ready; empty when it is. */
  reasons(): readonly Code[];
  /** The last heartbeat that the broker stored. */
  heartbeat(): Heartbeat | undefined;
  stop(): Promise<void>;
}

/** Starts an auditor: archives every record that a router signed, publishes heartbeats, and serves the HTTP API. */
export async function createAuditor(deps: AuditorDeps): Promise<Auditor> {
  reportTorn(deps);
  // Follower and heartbeats call each other, which neither does before this function returns.
  const started: { follower?: ArchiveFollower; heartbeats?: Heartbeats } = {};
  const metrics = createAuditorMetrics(deps.meter);
  const heartbeats = publishHeartbeats(deps, metrics, () => started.follower);
  const follower = archiveLedger(deps, metrics, () => heartbeats.moved());
  started.follower = follower;
  const reasons = (): readonly Code[] => {
    const stale: readonly Code[] = isStale(deps.directory(), deps.clock()) ? ['directory-stale'] : [];
    return [...stale, ...[follower.fault()?.code ?? []].flat()];
  };
  measureAuditor(deps.meter, { archive: deps.archive, follower, heartbeats });
  measureVitals(deps.meter, {
    reasons,
    isConnected: deps.bus.isConnected,
    directory: deps.directory,
    keys: { audit: deps.signer },
  });
  const http = createHttp({ ...deps, reasons });
  const url = await http.listen({ host: deps.host, port: deps.port });
  return {
    url,
    reasons,
    heartbeat: heartbeats.last,
    stop: async () => {
      await Promise.all([http.close(), heartbeats.stop(), follower.stop()]);
    },
  };
}

function reportTorn({ archive, log }: AuditorDeps): void {
  if (archive.torn !== undefined) log.warn({ torn: archive.torn }, 'cut off a torn tail');
  log.info({ count: archive.count() }, 'records on disk');
}

function publishHeartbeats(
  deps: AuditorDeps,
  metrics: AuditorMetrics,
  follower: () => ArchiveFollower | undefined,
): Heartbeats {
  return startHeartbeats({
    ...deps,
    federation: () => deps.directory().federation,
    reached: () => {
      const now = follower();
      const position = now?.fault() === undefined ? now?.position() : undefined;
      return position && { ...position, count: deps.archive.count() };
    },
    everyMs: deps.heartbeatMs,
    everyRecords: deps.heartbeatRecords,
    onFault: ({ code }) => {
      metrics.unsent(code);
      deps.log.warn({ code }, 'heartbeat was not published');
    },
  });
}

function archiveLedger(deps: AuditorDeps, metrics: AuditorMetrics, onMoved: () => void): ArchiveFollower {
  const { bus, archive, alarms } = deps;
  const keeper = createKeeper({
    archive,
    verify: createVerifyRecord(deps),
    alarm: ({ seq, subject, error }) => {
      metrics.foreign(error.code);
      alarms.raise('foreign-record', error, { seq, subject });
    },
  });
  let reported: string | undefined;
  return followLedger({
    bus,
    keeper,
    onEntered: () => expectWhole(deps),
    // No heartbeat confirmed these records: routers still have the bytes, and the parties have reports and
    // receipts.
    onLost: (records) => {
      metrics.lost(records);
      alarms.raise('records-lost', { code: 'ledger-damaged' }, { records });
    },
    onStep: (fault) => {
      if (fault === undefined) onMoved();
      else if (fault.code !== reported) alarms.raise('ledger-not-read', fault, { err: fault });
      if (fault?.code !== reported) alarms.end('ledger-not-read', fault === undefined ? [] : [fault.code]);
      reported = fault?.code;
    },
  });
}

/** Throws `ledger-damaged` when the last heartbeat confirmed more records than the file holds. */
async function expectWhole({
  bus,
  archive,
  directory,
  clock,
  alarms,
  afterLoss,
}: AuditorDeps): Promise<void> {
  const last = await lastHeartbeat(bus, { directory: directory(), now: clock() }).catch((thrown: unknown) => {
    const error = errorFrom(thrown);
    if (mayPass(error, 'own-heartbeat')) throw error;
    alarms.raise('foreign-heartbeat', error);
    return undefined;
  });
  if (last === undefined || last.count <= archive.count()) return;
  const message = `the file holds ${archive.count()} records, the last heartbeat confirmed ${last.count}`;
  if (!afterLoss) throw fail('ledger-damaged', message);
  alarms.raise('file-behind', { code: 'ledger-damaged', message });
}
