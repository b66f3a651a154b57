import type { Directory } from '../../../services/shared/trust/directory.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import type { Series } from '../measurement.js';
import { prepare } from '../prepare.js';
import type { RouteLoad } from './run-load.js';
import { type Routed, throughRouter } from './through.js';

interface Fixture {
  readonly federation: Federation;
  readonly directory: Directory;
  readonly from: Omit<RouteLoad, 'prepared' | 'window' | 'largest'>;
}

/** The maximum numbers of notices in a frame. */
const FRAME_SIZES = [1, 4, 16, 64] as const;
/** The sizes of a draft in KiB; the SD-JWT of a large draft is a third longer. */
const NOTICE_SIZES = [2, 8, 32, 128] as const;
const LARGEST_FRAME = 64;
/** Notices in flight: twice the largest frame, so that one frame fills while another is routed. */
const WINDOW = 128;
/** Each point gets the total number of notices divided by this. */
const SHARE = 20;
/** The maximum size of all notices of a point together, so that large notices fit into the streams. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Point {
  readonly x: number;
  readonly routed: Routed;
}

/** Measures short loads through the running router, by frame size and by notice size. */
export async function routeSeries(fixture: Fixture, notices: number): Promise<readonly Series[]> {
  const count = Math.max(LARGEST_FRAME, Math.ceil(notices / SHARE));
  const byFrame: Point[] = [];
  for (const largest of FRAME_SIZES)
    byFrame.push({ x: largest, routed: await route(fixture, { count, largest, bytes: 0 }) });
  const byNotice: Point[] = [];
  for (const size of NOTICE_SIZES) {
    const bytes = size * 1024;
    const few = Math.min(count, Math.floor(MAX_BYTES / bytes));
    byNotice.push({ x: size, routed: await route(fixture, { count: few, largest: LARGEST_FRAME, bytes }) });
  }
  return [
    ...seriesOf({ name: 'notices in a frame at most', unit: '' }, byFrame, 'frame size'),
    ...seriesOf({ name: 'size of a notice', unit: 'KiB' }, byNotice, 'notice size'),
  ];
}

interface Shape {
  readonly count: number;
  readonly largest: number;
  readonly bytes: number;
}

async function route(
  { federation, directory, from }: Fixture,
  { count, largest, bytes }: Shape,
): Promise<Routed> {
  from.say(`${count} notices${bytes === 0 ? '' : ` of ${bytes / 1024} KiB`} in frames of ${largest} at most`);
  const each = Math.ceil(count / federation.orgs.length);
  const prepared = await prepare(federation.home, directory, { count: each, bytes });
  return throughRouter(federation, { ...from, prepared, window: WINDOW, largest });
}

function seriesOf(x: Series['x'], points: readonly Point[], by: string): readonly Series[] {
  const lineOf = (name: string, value: (routed: Routed) => number): Series['lines'][number] => {
    return { name, points: points.map(({ x, routed }) => ({ x, y: value(routed) })) };
  };
  const micros = (process: 'router' | 'nats') => (routed: Routed) =>
    (routed[process].cpu * 1_000_000) / routed.loaded.notices;
  return [
    {
      name: `Throughput by ${by}`,
      x,
      y: { name: 'through the router, receipts included', unit: 'notices/s' },
      lines: [lineOf('through the router', ({ loaded }) => loaded.perSecond)],
    },
    {
      name: `Cost by ${by}`,
      x,
      y: { name: 'a notice', unit: 'CPU µs' },
      lines: [lineOf('router', micros('router')), lineOf('nats-server', micros('nats'))],
    },
  ];
}
