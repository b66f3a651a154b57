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

/** Notices in a frame at most. */
const FRAME_SIZES = [1, 4, 16, 64] as const;
/** KiB of a draft; the SD-JWT of a large one is a third more. */
const NOTICE_SIZES = [2, 8, 32, 128] as const;
const LARGEST_FRAME = 64;
/** Notices under way; twice the largest frame, so that one fills while the other is routed. */
const WINDOW = 128;
/** How much of the notices each point gets. */
const SHARE = 20;
/** Of all notices of a point together, so that large ones fit into the streams. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Point {
  readonly x: number;
  readonly routed: Routed;
}

/** Short loads through the running router: by size of the frames, and by size of the notices. */
export async function routeSeries(stand: Fixture, notices: number): Promise<readonly Series[]> {
  const count = Math.max(LARGEST_FRAME, Math.ceil(notices / SHARE));
  const byFrame: Point[] = [];
  for (const largest of FRAME_SIZES)
    byFrame.push({ x: largest, routed: await route(stand, { count, largest, bytes: 0 }) });
  const byNotice: Point[] = [];
  for (const size of NOTICE_SIZES) {
    const bytes = size * 1024;
    const few = Math.min(count, Math.floor(MAX_BYTES / bytes));
    byNotice.push({ x: size, routed: await route(stand, { count: few, largest: LARGEST_FRAME, bytes }) });
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
