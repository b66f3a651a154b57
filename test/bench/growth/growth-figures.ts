import { once } from '../figures.js';
import type { Figure, Measurement, Series } from '../measurement.js';
import type { RoutedRow } from './routed-row.js';
import type { HeldRow } from './growth-held.js';
import type { HostedRow } from './growth-hosted.js';
import type { MembersRow } from './growth-routed.js';
import type { SizeRow } from './growth-sizes.js';
import type { HistoryRow } from './history/history-part.js';

/** The measurements of `bench growth`; lists are empty for what was not requested. */
export interface GrowthResult {
  readonly byOrganisations: readonly HostedRow[];
  readonly byRouted: readonly MembersRow[];
  readonly byHeld: readonly HeldRow[];
  readonly bySize: readonly SizeRow[];
  readonly byHistory: readonly HistoryRow[];
}

/** `bench growth --json`. */
export type BenchGrowthResult = GrowthResult & Measurement;

/** Converts the measurements of `bench growth` to figures and series. */
export function growthFigures({
  byOrganisations,
  byRouted,
  bySize,
  byHeld,
  byHistory,
}: GrowthResult): Pick<Measurement, 'figures' | 'series'> {
  const routed = byRouted.map((row) => ({ x: row.organisations, row }));
  const sizes = bySize.map((row) => ({ x: row.kib, row }));
  const held = (name: string, y: (row: GrowthResult['byHeld'][number]) => number) => ({
    name,
    points: byHeld.map((row) => ({ x: row.held, y: y(row) })),
  });
  return {
    figures: [
      ...byOrganisations.flatMap(hostedFigures),
      ...routed.map(({ x, row }) => routedFigure(`a notice, ${x} organisations, router process`, row)),
      ...sizes.map(({ x, row }) => routedFigure(`a notice of ${x} KiB, router process`, row)),
      ...byHeld.map((row) => {
        return { name: `commit of 16, ${row.held} held`, unit: 'ms', value: once(row.commitMs) };
      }),
      ...byHistory.flatMap(({ part, figures }) =>
        figures.map(({ name, unit, value }) => ({ name: `${part}: ${name}`, unit, value: once(value) })),
      ),
    ],
    series: [
      hostedSeries(byOrganisations),
      routedSeries('Router and broker, by organisations', { name: 'organisations', unit: '' }, routed),
      routedSeries('Router and broker, by size', { name: 'content', unit: 'KiB' }, sizes),
      {
        name: 'A gateway, by held notices',
        x: { name: 'held', unit: 'notices' },
        y: { name: 'time', unit: 'ms' },
        lines: [
          held('commit of 16', ({ commitMs }) => commitMs),
          held('newest 50', ({ inboxMs }) => inboxMs),
          held('search, rare word', ({ searchRareMs }) => searchRareMs),
          held('search, common word', ({ searchCommonMs }) => searchCommonMs),
        ],
      },
    ].filter(({ lines }) => lines.some(({ points }) => points.length > 0)),
  };
}

function hostedFigures({ organisations, p99Ms, cpuPerNoticeMicros }: HostedRow): readonly Figure[] {
  return [
    { name: `p99 from gateway to inbox, ${organisations} organisations`, unit: 'ms', value: once(p99Ms) },
    {
      name: `a notice, ${organisations} organisations, all processes`,
      unit: 'CPU µs',
      value: once(cpuPerNoticeMicros),
    },
  ];
}

function hostedSeries(rows: readonly HostedRow[]): Series {
  return {
    name: 'A whole federation, by organisations',
    x: { name: 'organisations', unit: '' },
    y: { name: 'processor, a notice', unit: 'CPU µs' },
    lines: (rows[0]?.byProcess ?? []).map(({ process }, index) => ({
      name: process,
      points: rows.map((row) => ({ x: row.organisations, y: row.byProcess[index]?.micros ?? 0 })),
    })),
  };
}

function routedFigure(name: string, { cpuPerNoticeMicros }: RoutedRow): Figure {
  return { name, unit: 'CPU µs', value: once(cpuPerNoticeMicros) };
}

type Grown = readonly { readonly x: number; readonly row: RoutedRow }[];

function routedSeries(name: string, x: Series['x'], rows: Grown): Series {
  const line = (process: string, y: (row: RoutedRow) => number) => ({
    name: process,
    points: rows.map((each) => ({ x: each.x, y: y(each.row) })),
  });
  return {
    name,
    x,
    y: { name: 'processor, a notice', unit: 'CPU µs' },
    lines: [
      line('router', ({ cpuPerNoticeMicros }) => cpuPerNoticeMicros),
      line('nats-server', ({ natsPerNoticeMicros }) => natsPerNoticeMicros),
    ],
  };
}
