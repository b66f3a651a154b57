import { rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { provisionHome } from '../../../../services/cli/init/provision-home.js';
import { type AppendFile, openAppendFile } from '../../../../services/shared/store/append/append-file.js';
import { packEntry } from '../../../../services/shared/store/append/archived-entry.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import type { BrokerFixture } from '../../broker-fixture.js';
import { quantileOf } from '../../figures.js';
import { type HistoryFigure, type HistoryParams, type HistoryRow, measureOnBroker } from './history-part.js';
import { createRecordSource, RECORDS_IN_BATCH } from './record-source.js';
import { runAuditor } from './run-auditor.js';

const GIB = 1024 ** 3;
const WHOLE_BYTES = 5 * GIB;
/** Batches of records in one write. */
const BATCHES = 4;
/** Records without parts in one write. */
const BARE_RECORDS = 10_000;

/** Measures an auditor process whose file holds 5 GiB of records: start, newest checkpoint, look-up of a notice, memory. */
export function measureAuditorHistory(params: HistoryParams): Promise<HistoryRow> {
  return measureOnBroker(params, (broker) => measureOn(broker, params));
}

async function measureOn(broker: BrokerFixture, { share, entries, say }: HistoryParams): Promise<HistoryRow> {
  const { home, url, monitor } = broker;
  await provisionHome(home, { run: { nats: url, monitor }, say: () => undefined });
  const empty = await runAuditor(broker, {});
  // A log that was begun signs nothing after a restart until witnesses cosigned its checkpoint, and none run here.
  rmSync(join(home.auditorData, 'log'), { recursive: true });
  const { records, bytes, notices } = await fill(broker, { bytes: share * WHOLE_BYTES, entries }, say);
  say(`${records} records: making log and index`);
  await runAuditor(broker, { entries: records, notices: notices.slice(-1) });
  say(`${records} records: measuring`);
  const full = await runAuditor(broker, { entries: records, notices });
  const figures: readonly HistoryFigure[] = [
    { name: 'start', unit: 'ms', value: full.startMs, goal: 2_000 },
    { name: 'newest checkpoint published, from the start', unit: 'ms', value: full.sealedMs },
    { name: 'look-up, p50', unit: 'ms', value: quantileOf(full.lookUpsMs, 0.5), goal: 5 },
    { name: 'look-up, p99', unit: 'ms', value: quantileOf(full.lookUpsMs, 0.99) },
    { name: 'memory', unit: 'MiB', value: full.residentMiB },
    { name: 'memory, empty file', unit: 'MiB', value: empty.residentMiB },
  ];
  const size = `${(bytes / GIB).toFixed(2)} GiB`;
  return { part: 'auditor', history: `${records.toLocaleString('en')} records, ${size}`, figures };
}

interface Filled {
  readonly records: number;
  readonly bytes: number;
  /** Ids of notices of the whole file, to look up. */
  readonly notices: readonly string[];
}

/** Writes records without parts, and then validly signed ones until these have so many bytes, into the auditor's file. */
async function fill(
  { home }: BrokerFixture,
  { bytes, entries }: { readonly bytes: number; readonly entries: number },
  say: (words: string) => void,
): Promise<Filled> {
  const source = await createRecordSource(home);
  const file = await openAppendFile(join(home.auditorData, 'records'));
  const notices: string[] = [];
  let [records, size] = [entries, 0];
  try {
    await fillBare(file, entries);
    const bare = await sizeOf(home.auditorData);
    for (let told = bare; size < bare + bytes; ) {
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

/** Writes records that have an entry in the log and nothing else: their statement is any text. */
async function fillBare(file: AppendFile, count: number): Promise<void> {
  for (let written = 0; written < count; written += BARE_RECORDS) {
    const length = Math.min(BARE_RECORDS, count - written);
    const records = Array.from({ length }, (_, at) => {
      const seq = written + at + 1;
      const bytes = frames.record.encode({ statement: { statement: `statement ${seq}`, leaves: [] } });
      return packEntry({ epoch: 'history', seq, subject: 'ledger.history', bytes });
    });
    await file.append(records);
  }
}

/** Bytes of the records in the auditor's folder, without its index. */
async function sizeOf(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('records'));
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
