import { type Output, type Paint, table } from '../../../services/cli/terminal/output.js';
import type { RateRow } from './gateway-round.js';
import { PROCESS_KINDS } from './process-kinds.js';
import type { BenchGatewayResult } from './federation-figures.js';

const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
const fine = (value: number): string => value.toFixed(1);

const TIMES = [
  'notices/s',
  'accepted',
  'p50 ms',
  'p99 ms',
  'witnessed p50',
  'p99',
  'waiting',
  'recipients',
  'cores',
  'missing',
  'twice',
];
const COSTS = ['CPU µs a notice', ...PROCESS_KINDS, 'all but the simulator', 'signatures ×'];
const PROCESSES = ['process', 'idle CPU %', 'idle MiB', 'MiB at the end'];

/** Formats the figures as text. They depend on the machine; the ratio less so. */
export function showBenchGateway(result: BenchGatewayResult, output: Output): string {
  const { paint } = output;
  const { bold, dim } = paint;
  const { machine, byProcess, byRate } = result;
  return [
    table(
      TIMES,
      byRate.map((row) => timesOf(row, paint)),
      output,
    ),
    table(
      COSTS,
      byRate.map((row) => costsOf(row, paint)),
      output,
    ),
    table(
      PROCESSES,
      byProcess.map((row) => [row.process, fine(row.idleCpuPercent), whole(row.idleMiB), whole(row.endMiB)]),
      output,
    ),
    `${dim('alone')}  ${bold(fine(result.sightP50Ms))} ms from request to event stream (p99 ${fine(result.sightP99Ms)}); by the databases ${fine(result.sightDatabaseP50Ms)} ms`,
    `${dim('witnessed')}  ${bold(whole(result.witnessedP50Ms))} ms from a record in the auditor's file to a quorum of witnesses over it (p99 ${whole(result.witnessedP99Ms)})`,
    `${dim('withdrawn')}  ${bold(whole(result.withdrawP50Ms))} ms from the order to the last of ${result.withdrawHolders} receipts (p99 ${whole(result.withdrawP99Ms)}), ${result.withdrawals} notices, 10 a second`,
    `${dim('evidence')}  ${bold(whole(result.packMicros))} CPU µs to verify a pack of ${result.packClaims} claims in ${whole(result.packBytes)} bytes: ${fine(result.packMicros / result.verifyMicros)} × a check of one signature`,
    dim(
      `one signature ${whole(result.signMicros)} µs, its check ${whole(result.verifyMicros)} µs; ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    ),
  ].join('\n\n');
}

function timesOf(row: RateRow, { bold }: Paint): readonly string[] {
  return [
    bold(String(row.rate)),
    fine(row.perSecond),
    bold(whole(row.p50Ms)),
    bold(whole(row.p99Ms)),
    whole(row.witnessedP50Ms),
    whole(row.witnessedP99Ms),
    String(row.waiting),
    fine(row.recipients),
    row.cores.toFixed(2),
    String(row.missing),
    String(row.duplicates),
  ];
}

function costsOf(row: RateRow, { bold }: Paint): readonly string[] {
  return [
    `at ${row.rate}/s`,
    ...PROCESS_KINDS.map((kind) => whole(row[`${kind}Micros`])),
    bold(whole(row.cpuPerNoticeMicros)),
    fine(row.ratio),
  ];
}
