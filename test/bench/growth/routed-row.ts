import type { Federation } from '../../../services/cli/up/federation.js';
import { figuresOf } from '../figures.js';
import type { RouteLoad } from '../route/run-load.js';
import { throughRouter } from '../route/through.js';

/** What a notice takes on its way through router and broker, at whatever grows. */
export interface RoutedRow {
  /** Those that were counted, after a quarter more that warmed up. */
  readonly notices: number;
  /** Copies of each that were delivered. */
  readonly recipients: number;
  readonly refused: number;
  /** Notices in the frame in the middle, of all frames in the order of their size. */
  readonly frame: number;
  readonly perSecond: number;
  /** CPU microseconds of the router process. */
  readonly cpuPerNoticeMicros: number;
  readonly natsPerNoticeMicros: number;
  /** By the clock, of all that were under way together; the inverse of `perSecond`. */
  readonly millisPerNotice: number;
  /** The most that each ever held. */
  readonly routerMiB: number;
  readonly natsMiB: number;
}

const WARM_UP = 0.2;
/** Notices of one organisation that may be under way, as in `bench route`. */
const WINDOW = 512;

/** Sends what was prepared through the router of a federation whose members signed it. */
export async function measureRouted(
  federation: Federation,
  load: Pick<RouteLoad, 'federation' | 'prepared' | 'largest' | 'say'>,
): Promise<RoutedRow> {
  const total = load.prepared.reduce((sum, { notices }) => sum + notices.length, 0);
  const { loaded, router, nats } = await throughRouter(federation, {
    ...load,
    home: federation.home,
    nats: federation.run.nats,
    window: WINDOW,
    chains: new Map(),
    uncounted: Math.floor(total * WARM_UP),
  });
  const { notices, perSecond, copies, refused, frames } = loaded;
  return {
    notices,
    recipients: copies,
    refused,
    frame: figuresOf(frames).median,
    perSecond,
    cpuPerNoticeMicros: (router.cpu * 1e6) / notices,
    natsPerNoticeMicros: (nats.cpu * 1e6) / notices,
    millisPerNotice: 1000 / perSecond,
    routerMiB: router.peak,
    natsMiB: nats.peak,
  };
}
