import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import { createMirror, type Mirror } from '../../../services/auditor/mirror/mirror.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { watchCallers } from '../../../services/shared/trust/callers.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { alarmsFor } from '../../support/alarms-for.js';
import type { Hub } from '../hub.js';
import { tokensOf } from '../hub-tokens.js';
import { NO_WITNESS } from '../log/shown-log.js';

/** A mirror in this process, over a folder of its own. */
export interface RunningMirror extends Mirror {
  readonly archive: Archive;
  readonly folder: string;
  alarms(): readonly string[];
  /** The log lines of alarms. */
  logged(): string;
  /** Its metrics in the Prometheus text format. */
  metrics(): Promise<string>;
}

interface Options {
  readonly folder: string;
  readonly url: string;
  readonly token?: string;
  /** A witness policy; null: the members. */
  readonly witnesses?: string | null;
  readonly directory?: () => Directory;
  readonly adoptDirectory?: (frame: Uint8Array) => Promise<boolean>;
}

/** Starts a mirror, which is stopped after the test at the latest. */
export async function runMirror(hub: Hub, options: Options): Promise<RunningMirror> {
  const { folder, url, token = tokensOf(hub).federation, witnesses = NO_WITNESS } = options;
  const archive = await openArchive(folder);
  const lines: string[] = [];
  const alarms = alarmsFor({ log: pino({ level: 'error' }, { write: (line) => void lines.push(line) }) });
  const meter = createMeter();
  const mirror = await createMirror({
    primary: { url, token },
    archive,
    folder,
    openArchive,
    directory: options.directory ?? (() => hub.directory),
    adoptDirectory: options.adoptDirectory ?? (() => Promise.resolve(false)),
    witnessPolicy: witnesses === null ? undefined : parseWitnessPolicy(witnesses),
    clock: () => new Date(),
    log: createLogger('auditor', 'silent'),
    alarms,
    meter,
    callers: watchCallers(hub.broker.home.hub('auditor', 'tokens.json')),
    host: '127.0.0.1',
    port: 0,
    hostNames: [],
    pauseMs: 50,
  });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await mirror.stop();
    await archive.close();
  };
  onTestFinished(stop);
  return {
    ...mirror,
    archive,
    folder,
    alarms: () => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`),
    logged: () => lines.join(''),
    metrics: meter.text,
    stop,
  };
}
