import { type Output, type Paint, table } from '../../../services/cli/terminal/output.js';
import type { HeldRow } from './growth-held.js';
import type { HostedRow } from './growth-hosted.js';
import type { RoutedRow } from './routed-row.js';
import type { BenchGrowthResult } from './growth-figures.js';
import { showHistory } from './history/show-history.js';

const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
const fine = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const ROUTED = ['notices/s', 'recipients', 'frame', 'router CPU µs a notice', 'nats-server', 'router MiB'];
const HOSTED = [
  'organisations',
  'ready after s',
  'notices/s',
  'recipients',
  'p50 ms',
  'p99 ms',
  'unsettled',
  'CPU µs a notice',
  '×',
];
const HELD = [
  'held',
  'commit of 16 (p99)',
  'newest 50',
  'of an originator',
  'of an absent kind',
  'one',
  'rare word',
  'common word',
  'counts',
  'index µs',
  'MiB',
  'process MiB',
];

/** Formats the requested figures as text. They depend on the machine; the ratio less so. */
export function showBenchGrowth(result: BenchGrowthResult, { paint, width }: Output): string {
  const { machine, byOrganisations, byRouted, byHeld, bySize, byHistory } = result;
  const filled = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [table(head, rows, { paint, width })];
  return [
    ...filled(
      HOSTED,
      byOrganisations.map((row) => hostedCells(row, paint)),
    ),
    ...filled(
      ['organisations', 'process', 'idle CPU %', 'CPU µs a notice', 'MiB'],
      byOrganisations.flatMap(processCells),
    ),
    ...filled(
      ['organisations', ...ROUTED, '×', 'idle router CPU %'],
      byRouted.map((row) => [
        whole(row.organisations),
        ...routedCells(row),
        paint.bold(fine(row.ratio)),
        fine(row.idleRouterPercent),
      ]),
    ),
    ...filled(
      ['content KiB', 'signed bytes', ...ROUTED],
      bySize.map((row) => [whole(row.kib), whole(row.signedBytes), ...routedCells(row)]),
    ),
    ...filled(
      HELD.map((word, at) => (at > 0 && at < 9 ? `${word}, ms` : word)),
      byHeld.map(heldCells),
    ),
    ...(byHistory.length === 0 ? [] : [showHistory(byHistory, { paint, width })]),
    paint.dim(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`),
  ].join('\n\n');
}

function hostedCells(row: HostedRow, { bold }: Paint): readonly string[] {
  return [
    whole(row.organisations),
    whole(row.startSeconds),
    fine(row.perSecond),
    fine(row.recipients),
    bold(whole(row.p50Ms)),
    bold(whole(row.p99Ms)),
    whole(row.unsettled),
    whole(row.cpuPerNoticeMicros),
    bold(fine(row.ratio)),
  ];
}

function processCells({ organisations, byProcess }: HostedRow): readonly (readonly string[])[] {
  return byProcess.map(({ process, idlePercent, micros, residentMiB }) => [
    whole(organisations),
    process,
    fine(idlePercent),
    whole(micros),
    whole(residentMiB),
  ]);
}

function routedCells(row: RoutedRow): readonly string[] {
  return [
    whole(row.perSecond),
    fine(row.recipients),
    whole(row.frame),
    whole(row.cpuPerNoticeMicros),
    whole(row.natsPerNoticeMicros),
    whole(row.routerMiB),
  ];
}

function heldCells(row: HeldRow): readonly string[] {
  return [
    whole(row.held),
    `${fine(row.commitMs)} (${fine(row.commitP99Ms)})`,
    fine(row.inboxMs),
    fine(row.inboxOriginatorMs),
    fine(row.inboxAbsentKindMs),
    fine(row.findMs),
    fine(row.searchRareMs),
    fine(row.searchCommonMs),
    fine(row.countsMs),
    whole(row.indexMicros),
    whole(row.databaseMiB),
    whole(row.residentMiB),
  ];
}
