import type { Federation } from '../../../services/cli/up/federation.js';
import { figuresOf } from '../figures.js';
import type { RouteLoad } from '../route/run-load.js';
import { throughRouter } from '../route/through.js';

/** The cost of routing a notice through router and broker, at one value of the varied size. */
export interface RoutedRow {
  /** The notices measured, without those of the warm-up. */
  readonly notices: number;
  /** Delivered copies per notice. */
  readonly recipients: number;
  readonly refused: number;
  /** The median number of notices in a frame. */
  readonly frame: number;
  readonly perSecond: number;
  /** CPU microseconds of the router process. */
  readonly cpuPerNoticeMicros: number;
  readonly natsPerNoticeMicros: number;
  /** Elapsed milliseconds per notice, with many notices in flight; the inverse of `perSecond`. */
  readonly millisPerNotice: number;
  /** The peak resident memory of each process. */
  readonly routerMiB: number;
  readonly natsMiB: number;
}

const WARM_UP = 0.2;
/** The maximum number of notices in flight per organisation, as in `bench route`. */
const WINDOW = 512;

/** Sends prepared notices through the router of the federation whose members signed them. */
export async function measureRouted(
  federation: Federation,
  load: Pick<RouteLoad, 'federation' | 'prepared' | 'largest' | 'say'>,
): Promise<RoutedRow> {
  const total = load.prepared.reduce((sum, { items }) => sum + items.length, 0);
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
