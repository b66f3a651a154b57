import { join } from 'node:path';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import type { Call } from '../../../services/cli/verb.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import { appendName, appendParts, BATCHES, fsyncName, publishParts, signingParts } from './ledger-parts.js';
import { generateLog, logMemory, proofHashes, proofParts, sealingParts } from './log-parts.js';
import { type LedgerFixture, startLedgerFixture } from './ledger-fixture.js';
import type { Figure, Measurement, Series, SeriesLine } from '../measurement.js';
import { figuresOfParts, lineBySize } from './parts-figures.js';
import { prepare } from '../prepare.js';
import { profiled } from '../profiled.js';
import { clock } from '../rounds.js';
import type { PartsOptions } from './run-bench-trust.js';
import { sampleReports } from './sample-report.js';
import { showFigures } from '../show-figures.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { unlessStopped } from '../unless-stopped.js';

/** What `bench ledger` may be told. */
export interface BenchLedgerOptions extends PartsOptions {
  /** Generated entries of the log in which proofs are made. */
  readonly leaves: number;
}

/** `bench ledger --json`. */
export interface BenchLedgerResult extends Measurement {
  /** The length in bytes of the record that is published and appended, which reports one notice. */
  readonly recordBytes: number;
  /** Entries of the log in which proofs are made. */
  readonly leaves: number;
}

async function measure(
  { env, options, stopping }: Call<BenchLedgerOptions>,
  say: (words: string) => void,
): Promise<BenchLedgerResult> {
  const fixture = await startLedgerFixture({ env, say });
  try {
    return await unlessStopped(measureOn(fixture, options, say), stopping);
  } finally {
    await fixture.stop();
  }
}

async function measureOn(
  { home, orgs, core, version }: LedgerFixture,
  options: BenchLedgerOptions,
  say: (words: string) => void,
): Promise<BenchLedgerResult> {
  const directory = await readDirectory(home);
  const [prepared] = await prepare(home, directory, { count: Math.max(...BATCHES) });
  if (prepared === undefined) throw new Error('no organisation');
  const signer = await readSigner(home.hub('router', 'hub.jwk'));
  const recording = { signer, federation: directory.federation, now: new Date() };
  const contentOf = await sampleReports(directory, prepared);
  const { bytes } = await signReport(contentOf(1), recording);
  const appending = await appendParts(home.auditorData, bytes);
  const subject = subjects.ledger(prepared.org);
  const sealing = await sealingParts({ home, directory, core }, { subject, bytes });
  say(`generating a log of ${options.leaves} entries`);
  const log = await generateLog(join(home.auditorData, 'generated'), options.leaves);
  const parts = [
    ...signingParts(contentOf, recording),
    ...publishParts(core, orgs, bytes),
    ...appending.parts,
    ...sealing.parts,
    ...(await proofParts(log)),
  ];
  say(`${parts.length} parts, ${options.rounds} rounds, records of ${bytes.length} bytes`);
  const figures = await profiled(options.profile, () => figuresOfParts(parts, options, clock));
  await appending.close();
  await sealing.close();
  const memory = await logMemory(log, options.rounds);
  return {
    machine: thisMachine(version),
    recordBytes: bytes.length,
    leaves: log.size,
    figures: [...figures, await proofHashes(log), ...memory],
    series: [batchSeries(figures)],
  };
}

function batchSeries(figures: readonly Figure[]): Series {
  const lineOf = (name: string, figureOf: (size: number) => string): SeriesLine =>
    lineBySize(figures, BATCHES, { name, figureOf, valueOf: ({ perSecond }) => perSecond?.median });
  return {
    name: 'The auditor by batch',
    x: { name: 'records in a batch', unit: '' },
    y: { name: 'on the disk', unit: 'records/s' },
    lines: [lineOf('append and fsync', appendName), lineOf('bare write and fsync', fsyncName)],
  };
}

const bench: Bench<BenchLedgerOptions, BenchLedgerResult> = { name: 'ledger', measure, show: showFigures };

export const runBenchLedger = runOf(bench);
