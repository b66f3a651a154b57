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

export interface AuditorDeps {
  /** The auditor's connection to CORE; whoever made it closes it. */
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
  readonly heartbeatMs: number;
  readonly heartbeatRecords: number;
  readonly afterLoss: boolean;
}

export interface Auditor {
  readonly url: string;
  /** Codes that say why not; empty when ready. */
  reasons(): readonly Code[];
  /** The last heartbeat that the broker took. */
  heartbeat(): Heartbeat | undefined;
  stop(): Promise<void>;
}

/** Keeps every record that a router signed, says how far it got, and answers who may ask. */
export async function createAuditor(deps: AuditorDeps): Promise<Auditor> {
  reportTorn(deps);
  // They call each other, but only later: neither begins before this function is through.
  const started: { follower?: ArchiveFollower; heartbeats?: Heartbeats } = {};
  const metrics = createAuditorMetrics(deps.meter);
  const heartbeats = beat(deps, metrics, () => started.follower);
  const follower = follow(deps, metrics, () => heartbeats.moved());
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

function beat(
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

function follow(deps: AuditorDeps, metrics: AuditorMetrics, onMoved: () => void): ArchiveFollower {
  const { bus, archive, alarms } = deps;
  const keeper = createKeeper({
    archive,
    verify: createVerifyRecord(deps),
    alarm: ({ seq, subject, error }) => {
      metrics.foreign(error.code);
      alarms.raise('foreign-record', error, { seq, subject });
    },
  });
  let told: string | undefined;
  return followLedger({
    bus,
    keeper,
    onEntered: () => expectWhole(deps),
    // No heartbeat vouched for it: routers have its bytes still, its parties have their reports and receipts.
    onLost: (records) => {
      metrics.lost(records);
      alarms.raise('records-lost', { code: 'ledger-damaged' }, { records });
    },
    onStep: (fault) => {
      if (fault === undefined) onMoved();
      else if (fault.code !== told) alarms.raise('ledger-not-read', fault, { err: fault });
      if (fault?.code !== told) alarms.end('ledger-not-read', fault === undefined ? [] : [fault.code]);
      told = fault?.code;
    },
  });
}

/** Throws `ledger-damaged` when a heartbeat vouched for more records than the file holds now. */
async function expectWhole({
  bus,
  archive,
  directory,
  clock,
  alarms,
  afterLoss,
}: AuditorDeps): Promise<void> {
  const said = await lastHeartbeat(bus, { directory: directory(), now: clock() }).catch((thrown: unknown) => {
    const error = errorFrom(thrown);
    if (mayPass(error, 'own-heartbeat')) throw error;
    alarms.raise('foreign-heartbeat', error);
    return undefined;
  });
  if (said === undefined || said.count <= archive.count()) return;
  const words = `the file holds ${archive.count()} records, the last heartbeat vouched for ${said.count}`;
  if (!afterLoss) throw fail('ledger-damaged', words);
  alarms.raise('file-behind', { code: 'ledger-damaged', message: words });
}
