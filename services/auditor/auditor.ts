import type { Bus } from '../shared/bus/connect.js';
import { nextOn } from '../shared/bus/direct-get.js';
import type { Clock } from '../shared/kernel/clock.js';
import { type Code, errorFrom, fail } from '../shared/kernel/errors.js';
import { LEDGER_OWNER } from '../shared/ledger/command-content.js';
import type { Heartbeat } from '../shared/ledger/heartbeat.js';
import { findRuleOut } from '../shared/ledger/rule-out.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import type { Meter } from '../shared/runtime/meter.js';
import type { WitnessPolicy } from '../shared/tlog/witness-policy.js';
import { measureVitals } from '../shared/runtime/vitals.js';
import { CONTRACT } from '../shared/wire/contract.js';
import { type Directory, isStale } from '../shared/trust/directory.js';
import { hubContractFault } from '../shared/trust/directory/hub-contract.js';
import type { ByteSigner } from '../shared/trust/byte-signer.js';
import type { Signer } from '../shared/trust/keys.js';
import { mayPass } from '../shared/trust/may-pass.js';
import { subjects } from '../shared/wire/subjects.js';
import { createAdoptedExcess } from './adopted-excess.js';
import type { Archive } from './archive.js';
import type { Callers } from '../shared/trust/callers.js';
import { createDirectoryForks } from './directory-forks.js';
import { type ArchiveFollower, followLedger } from './follower.js';
import { followHeld } from './follow-held.js';
import { type Heartbeats, lastHeartbeat, startHeartbeats } from './heartbeats.js';
import { createHttp } from './http/http.js';
import { askWitnesses, type HttpWitnesses } from './log/ask-witnesses.js';
import { createLogProgress } from './log/log-progress.js';
import { createSealer, type Sealer } from './log/sealer.js';
import { createKeeper, type Keeper } from './keeper.js';
import { type AuditorMetrics, createAuditorMetrics, measureAuditor } from './metrics.js';
import type { PolicyArchive } from './policy-archive.js';
import { createStepReport } from './step-report.js';
import { createVerifyRecord } from './verify-record.js';

/** What an auditor and a mirror need to serve their HTTP API and their metrics. */
export interface ServingDeps {
  readonly log: Logger;
  readonly meter: Meter;
  readonly callers: Callers;
  readonly host: string;
  readonly port: number;
  /** Host names that clients use for it, besides `host`. */
  readonly hostNames: readonly string[];
}

/** What an auditor needs from its process. */
export interface AuditorDeps extends ServingDeps {
  /** The auditor's connection to CORE; the caller closes it. */
  readonly bus: Bus;
  readonly archive: Archive;
  /** The bundles of policies that routers adopted. */
  readonly policies: PolicyArchive;
  /** The built module `load-child.js`, which loads a bundle in a process of its own. */
  readonly loader: URL;
  readonly directory: () => Directory;
  /** The `audit` key. */
  readonly signer: Signer;
  /** The `log` key that signs now. */
  readonly logKey: () => ByteSigner;
  /** The folder of the log's tiles and checkpoints. */
  readonly logFolder: string;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly clock: Clock;
  readonly alarms: Alarms;
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
  const sealer = createSealer(deps);
  const witnesses = askWitnesses({ ...deps, sealer });
  const heartbeats = publishHeartbeats({ ...deps, sealer, witnesses }, metrics, () => started.follower);
  const keeper = keepRecords(deps, metrics);
  const follower = archiveLedger({ ...deps, keeper }, metrics, heartbeats.moved);
  started.follower = follower;
  const reasons = (): readonly Code[] => {
    const stale: readonly Code[] = isStale(deps.directory(), deps.clock()) ? ['directory-stale'] : [];
    const faults = [hubContractFault(deps.directory()), follower.fault(), sealer.fault()];
    return [...stale, ...faults.flatMap((fault) => (fault === undefined ? [] : [fault.code]))];
  };
  measureAuditor(deps.meter, { archive: deps.archive, follower, heartbeats });
  measureVitals(deps.meter, {
    reasons,
    isConnected: deps.bus.isConnected,
    directory: deps.directory,
    contract: CONTRACT,
    keys: { audit: deps.signer },
  });
  const held = followHeld(deps);
  const adoptedExcess = createAdoptedExcess({ ...deps, child: deps.loader });
  const progress = createLogProgress({ ...deps, sealer, heartbeats, follower });
  const http = createHttp({ ...deps, ...keeper, sealer, reasons, progress, held, adoptedExcess });
  const url = await http.listen({ host: deps.host, port: deps.port });
  return {
    url,
    reasons,
    heartbeat: heartbeats.last,
    stop: async () => {
      await Promise.all([http.close(), heartbeats.stop(), follower.stop(), held.stop()]);
      await witnesses.stop();
      await sealer.stop();
    },
  };
}

function reportTorn({ archive, log }: AuditorDeps): void {
  if (archive.torn !== undefined) log.warn({ torn: archive.torn }, 'cut off a torn tail');
  log.info({ count: archive.count() }, 'records on disk');
}

function publishHeartbeats(
  {
    sealer,
    witnesses,
    ...deps
  }: AuditorDeps & { readonly sealer: Sealer; readonly witnesses: HttpWitnesses },
  metrics: AuditorMetrics,
  follower: () => ArchiveFollower | undefined,
): Heartbeats {
  return startHeartbeats({
    ...deps,
    log: {
      seal: sealer.seal,
      published: (seal) => {
        sealer.published(seal);
        witnesses.published();
      },
    },
    federation: () => deps.directory().federation,
    reached: () => {
      // Without heartbeats the routers wait, as they do while no auditor runs.
      if (hubContractFault(deps.directory()) !== undefined) return undefined;
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

function keepRecords(deps: AuditorDeps, metrics: AuditorMetrics): Keeper {
  const { bus, directory, clock, alarms } = deps;
  return createKeeper({
    ...deps,
    verify: createVerifyRecord(deps),
    findRuleOut: (record) =>
      findRuleOut(record, {
        directory: directory(),
        now: clock(),
        next: (from) => nextOn(bus, { stream: 'LEDGER', subject: subjects.ledger(LEDGER_OWNER), from }),
      }),
    onRefused: ({ seq, subject, error }) => {
      metrics.foreign(error.code);
      alarms.raise('foreign-record', error, { seq, subject });
    },
    onRuledOut: ({ seq, subject, code }, { id, person }) =>
      alarms.raise('record-ruled-out', { code }, { seq, subject, command: id, person }),
  });
}

function archiveLedger(
  { keeper, ...deps }: AuditorDeps & { readonly keeper: Keeper },
  metrics: AuditorMetrics,
  onMoved: Heartbeats['moved'],
): ArchiveFollower {
  const { bus, alarms } = deps;
  const report = createStepReport(deps);
  const forks = createDirectoryForks(deps);
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
    onStep: async (fault) => {
      report(fault, keeper.waiting());
      if (fault !== undefined) return;
      const hasDirectory = keeper.keptDirectory();
      onMoved(hasDirectory);
      await forks.look(hasDirectory);
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
