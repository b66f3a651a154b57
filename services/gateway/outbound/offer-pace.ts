import { createBoundedMap } from '../../shared/kernel/bounded-map.js';

/** Spaces the offers of one frame. */
export interface OfferPace {
  /** True when the frame may be offered now. */
  isDue(frame: string): boolean;
  /** Call when the frame was offered. */
  offered(frame: string): void;
}

/** Maximum time between two offers of a frame, as a multiple of the minimum. */
const MAX_FACTOR = 20;
/** Frames whose offers are remembered; one that is forgotten is offered like a new one. */
const MAX_FRAMES = 20_000;

interface Offered {
  readonly wait: number;
  readonly at: number;
}

/**
 * Creates the pace: after each offer of a frame the wait until the next one doubles, from twice `minMs` on. A recipient that
 * drops a delivery for good acknowledges it without a receipt, so that the hub asks for its frame again each time.
 */
export function createOfferPace(minMs: number): OfferPace {
  const last = createBoundedMap<Offered>(MAX_FRAMES);
  return {
    isDue: (frame) => {
      const before = last.get(frame);
      return before === undefined || performance.now() >= before.at + before.wait;
    },
    offered: (frame) => {
      const wait = Math.min((last.get(frame)?.wait ?? minMs) * 2, minMs * MAX_FACTOR);
      last.set(frame, { wait, at: performance.now() });
    },
  };
}
