import { join } from 'node:path';
import { openArchive } from '../../services/auditor/archive.js';
import { createAuditor } from '../../services/auditor/auditor.js';
import { openPolicyArchive } from '../../services/auditor/policy-archive.js';
import { watchCallers } from '../../services/shared/trust/callers.js';
import type { Clock } from '../../services/shared/kernel/clock.js';
import type { DirectoryRecord } from '../../services/shared/ledger/directory/directory-record.js';
import { type VerifiedRecord, readRecord } from '../../services/shared/ledger/record.js';
import { createLogger } from '../../services/shared/runtime/logger.js';
import { createMeter } from '../../services/shared/runtime/meter.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { readByteSigner } from '../../services/shared/trust/byte-signer.js';
import { readSigner } from '../../services/shared/trust/keys.js';
import type { Broker } from './broker.js';
import { alarmsFor } from './alarms-for.js';
import { AUDITOR_LOADER } from './auditor-loader.js';

/** The real auditor in this process; tests can stop and start it. */
export interface PlayedAuditor {
  url(): string;
  /** Starts the auditor on this port, or on any free one. */
  start(port?: number): Promise<void>;
  /** Stops the auditor; its archive stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
  /** The archived records, verified, but those of the directory, which a router writes by itself. */
  records(): Promise<readonly VerifiedRecord[]>;
  /** The archived records of the directory, verified. */
  directoryRecords(): Promise<readonly DirectoryRecord[]>;
}

export async function createArchiveAuditor(deps: {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly directory: () => Directory;
}): Promise<PlayedAuditor> {
  const { broker, clock, directory } = deps;
  const archive = await openArchive(broker.home.auditorData);
  const policies = openPolicyArchive(join(broker.home.auditorData, 'policies'));
  const signer = await readSigner(broker.home.hub('auditor', 'audit.jwk'));
  const logKey = await readByteSigner(broker.home.hub('auditor', 'log.jwk'));
  let running: { readonly url: string; stop(): Promise<void> } | undefined;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  const all = async (): Promise<readonly VerifiedRecord[]> => {
    const found: VerifiedRecord[] = [];
    const reading = { directory: directory(), now: clock(), recorded: new Date(0) };
    for await (const { bytes, ruledOut } of archive.read(1, 1e6))
      if (ruledOut === undefined) found.push(await readRecord(bytes, reading));
    return found;
  };
  return {
    url: () => running?.url ?? 'http://127.0.0.1:1',
    start: async (port = 0) => {
      const bus = await broker.connect('auditor');
      const auditor = await createAuditor({
        loader: AUDITOR_LOADER,
        bus,
        archive,
        policies,
        directory,
        signer,
        logKey: () => logKey,
        logFolder: join(broker.home.auditorData, 'log'),
        clock,
        log: createLogger('auditor', 'silent'),
        alarms: alarmsFor(),
        meter: createMeter(),
        callers: watchCallers(broker.home.hub('auditor', 'tokens.json')),
        host: '127.0.0.1',
        hostNames: [],
        port,
        heartbeatMs: 200,
        heartbeatRecords: 500,
        afterLoss: true,
      });
      running = {
        url: auditor.url,
        stop: async () => {
          await auditor.stop();
          await bus.close();
        },
      };
    },
    stop,
    close: async () => {
      await stop();
      await archive.close();
    },
    records: async () => (await all()).filter(({ type }) => type !== 'directory'),
    directoryRecords: async () => (await all()).filter((record) => record.type === 'directory'),
  };
}
