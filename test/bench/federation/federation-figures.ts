import { once } from '../figures.js';
import type { RateRow } from './gateway-round.js';
import type { PackCost } from './pack-cost.js';
import type { Figure, Measurement } from '../measurement.js';
import { PROCESS_KINDS } from './process-kinds.js';
import type { Sight } from './visible-latency.js';
import type { WitnessedLatency } from './witnessed-latency.js';
import type { WithdrawLatency } from './withdraw-latency.js';
import type { SignatureCost } from '../signature-cost.js';
import type { SimulationSummary } from '../../../services/shared/runtime/simulation-summary.js';
import type { Grown, MemorySample } from './sample-memory.js';

/** The measurements of `bench soak`, with the counts of the simulator. */
export interface SoakResult extends SimulationSummary {
  readonly rate: number;
  readonly seconds: number;
  readonly byMinute: readonly MemorySample[];
  readonly byProcess: readonly Grown[];
}

/** `bench soak --json`. */
export type BenchSoakResult = SoakResult & Measurement;

/** The measurements of `bench gateway`. */
export interface GatewayResult extends SignatureCost, Sight, WitnessedLatency, WithdrawLatency, PackCost {
  readonly idleSeconds: number;
  readonly byProcess: readonly ProcessRow[];
  readonly byRate: readonly RateRow[];
}

/** `bench gateway --json`. */
export type BenchGatewayResult = GatewayResult & Measurement;

/** A process at rest, warmed up before the first rate, and its memory after the last rate. */
export interface ProcessRow {
  readonly process: string;
  /** Share of one core. */
  readonly idleCpuPercent: number;
  readonly idleMiB: number;
  readonly endMiB: number;
}

type Common = Pick<Measurement, 'figures' | 'series'>;

const RATE = { name: 'rate', unit: 'notices/s' };

/** Converts the measurements of `bench gateway` to figures: latency and CPU by rate. */
export function gatewayFigures({ byRate, sightP50Ms, ...rest }: GatewayResult): Common {
  const line = (name: string, y: (row: RateRow) => number) => ({
    name,
    points: byRate.map((row) => ({ x: row.rate, y: y(row) })),
  });
  const kinds = PROCESS_KINDS.map((kind) => line(kind, (row) => row[`${kind}Micros`]));
  return {
    figures: [
      { name: 'from request to event stream, alone', unit: 'ms', value: once(sightP50Ms), headline: true },
      {
        name: 'from the order to withdraw to the last of all receipts, at 10/s',
        unit: 'ms',
        value: once(rest.withdrawP50Ms),
        headline: true,
      },
      { name: 'from a record to a quorum over it, alone', unit: 'ms', value: once(rest.witnessedP50Ms) },
      { name: 'verify an evidence pack', unit: 'CPU µs', value: once(rest.packMicros) },
      ...byRate.flatMap((row): readonly Figure[] => [
        { name: `p99 from gateway to inbox at ${row.rate}/s`, unit: 'ms', value: once(row.p99Ms) },
        {
          name: `p99 from a record to a quorum over it at ${row.rate}/s`,
          unit: 'ms',
          value: once(row.witnessedP99Ms),
        },
        { name: `a notice at ${row.rate}/s`, unit: 'CPU µs', value: once(row.cpuPerNoticeMicros) },
      ]),
    ],
    series: [
      {
        name: 'From gateway to inbox',
        x: RATE,
        y: { name: 'latency', unit: 'ms' },
        lines: [line('p50', ({ p50Ms }) => p50Ms), line('p99', ({ p99Ms }) => p99Ms)],
      },
      { name: 'A notice, by process', x: RATE, y: { name: 'processor', unit: 'CPU µs' }, lines: kinds },
    ],
  };
}

/** Converts the measurements of `bench soak` to figures: memory over time. */
export function soakFigures({ byMinute, byProcess }: SoakResult): Common {
  return {
    figures: byProcess.map(({ process, slopeMiBPerMinute }) => ({
      name: `growth of ${process}`,
      unit: 'MiB a minute',
      value: once(slopeMiBPerMinute),
    })),
    series: [
      {
        name: 'Memory of a federation under a steady load',
        x: { name: 'time', unit: 'minutes' },
        y: { name: 'memory', unit: 'MiB' },
        lines: PROCESS_KINDS.map((kind) => ({
          name: kind,
          points: byMinute.map((sample) => ({ x: sample.minute, y: sample[`${kind}MiB`] })),
        })),
      },
    ],
  };
}
