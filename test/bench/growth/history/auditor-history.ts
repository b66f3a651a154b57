import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { provisionHome } from '../../../../services/cli/init/provision-home.js';
import { forkProcess } from '../../../../services/cli/up/fork-process.js';
import { openAppendFile } from '../../../../services/shared/store/append/append-file.js';
import { packEntry } from '../../../../services/shared/store/append/archived-entry.js';
import { readSecret } from '../../../../services/shared/trust/secret-file.js';
import { type BrokerFixture, endOf } from '../../broker-fixture.js';
import { quantileOf } from '../../figures.js';
import { residentOf } from '../../usage.js';
import { type HistoryFigure, type HistoryParams, type HistoryRow, measureOnBroker } from './history-part.js';
import { createRecordSource, RECORDS_IN_BATCH } from './record-source.js';

const GIB = 1024 ** 3;
const WHOLE_BYTES = 5 * GIB;
/** Batches of records in one write. */
const BATCHES = 4;
const LOOK_UPS = 500;
const INDEX_POLL_MS = 500;

/** Measures an auditor process whose file holds 5 GiB of records: start, look-up of a notice, memory. */
export function measureAuditorHistory(params: HistoryParams): Promise<HistoryRow> {
  return measureOnBroker(params, (broker) => measureOn(broker, params));
}

async function measureOn(broker: BrokerFixture, { share, say }: HistoryParams): Promise<HistoryRow> {
  const { home, orgs, url, monitor } = broker;
  await provisionHome(home, { run: { nats: url, monitor }, orgs, say: () => undefined });
  const empty = await runAuditor(broker, []);
  const filled = await fill(broker, share * WHOLE_BYTES, say);
  say(`${filled.records} records: making offsets and index`);
  await runAuditor(broker, filled.notices.slice(-1));
  say(`${filled.records} records: measuring`);
  const full = await runAuditor(broker, filled.notices);
  const figures: readonly HistoryFigure[] = [
    { name: 'start', unit: 'ms', value: full.startMs, goal: 2_000 },
    { name: 'look-up, p50', unit: 'ms', value: quantileOf(full.lookUpsMs, 0.5), goal: 5 },
    { name: 'look-up, p99', unit: 'ms', value: quantileOf(full.lookUpsMs, 0.99) },
    { name: 'memory', unit: 'MiB', value: full.residentMiB },
    { name: 'memory, empty file', unit: 'MiB', value: empty.residentMiB },
  ];
  const size = `${(filled.bytes / GIB).toFixed(2)} GiB`;
  return { part: 'auditor', history: `${filled.records.toLocaleString('en')} records, ${size}`, figures };
}

interface Filled {
  readonly records: number;
  readonly bytes: number;
  /** Ids of notices of the whole file, to look up. */
  readonly notices: readonly string[];
}

/** Writes validly signed records into the auditor's file until it has this many bytes. */
async function fill({ home }: BrokerFixture, bytes: number, say: (words: string) => void): Promise<Filled> {
  const source = await createRecordSource(home);
  const file = await openAppendFile(join(home.auditorData, 'records'));
  const notices: string[] = [];
  let [records, size] = [0, 0];
  try {
    for (let told = 0; size < bytes; ) {
      const batches = await Promise.all(
        Array.from({ length: BATCHES }, (_, nth) => source.batch(records + 1 + nth * RECORDS_IN_BATCH)),
      );
      const batch = batches.flat();
      await file.append(batch.map(({ entry }) => packEntry(entry)));
      records += batch.length;
      size = await sizeOf(home.auditorData);
      notices.push(...batch.flatMap(({ notice }) => notice ?? []));
      if (size - told > GIB / 2) {
        told = size;
        say(`${(size / GIB).toFixed(1)} GiB written`);
      }
    }
  } finally {
    await file.close();
  }
  return { records, bytes: size, notices };
}

/** Bytes of the records in the auditor's folder, without its index. */
async function sizeOf(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('records'));
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

interface AuditorRun {
  readonly startMs: number;
  readonly lookUpsMs: readonly number[];
  readonly residentMiB: number;
}

/** Starts an auditor process, looks notices up over HTTP, and stops it. */
async function runAuditor(
  { home, url, adopt }: BrokerFixture,
  notices: readonly string[],
): Promise<AuditorRun> {
  const settings = { HOME: home.root, NATS_URL: url, NATS_TLS: '', PORT: 0, METRICS_PORT: 0 };
  const began = performance.now();
  const auditor = forkProcess({ service: 'auditor', settings, log: home.log('auditor') });
  adopt(endOf(auditor));
  const ready = await auditor.ready;
  const startMs = performance.now() - began;
  const token = readSecret(home.hub('auditor', 'federation.token'));
  const headers = { authorization: `Bearer ${token}` };
  const lookUp = (id: string | undefined): Promise<Response> =>
    fetch(`${String(ready['url'])}/v1/decisions?viewer=federation&id=${id}`, { headers });
  // The index of a file that was written without an auditor is made while the auditor runs.
  while (notices.length > 0 && (await lookUp(notices.at(-1))).status === 503) await delay(INDEX_POLL_MS);
  const lookUpsMs: number[] = [];
  for (let each = 0; each < LOOK_UPS && notices.length > 0; each += 1) {
    const id = notices[(each * 7_919) % notices.length];
    const from = performance.now();
    const response = await lookUp(id);
    await response.text();
    lookUpsMs.push(performance.now() - from);
    if (!response.ok) throw new Error(`the auditor answered ${response.status} for a notice of its file`);
  }
  const residentMiB = residentOf(auditor.pid);
  await endOf(auditor)();
  return { startMs, lookUpsMs, residentMiB };
}
