/**
 * The frame that is on its way to the router: what gathers until its report comes back, and for as long again, is the
 * next frame. Where the way takes longer, because somebody on it is busy, there are fewer frames for the same notices; what
 * comes after such a rest goes at once.
 */
export interface Flight {
  began(frame: number): void;
  /** A report came; one on an earlier frame says that the hub is at work, and that this one comes behind it. */
  landed(frame: number): void;
  /** Milliseconds to wait at the most; 0 when nothing is on its way, and the rest after it is over. */
  rest(): number;
}

/** A frame that nobody can read gets no report, and a router that is away writes none: then the next one goes all the same. */
const MAX_DELAY_MS = 1_000;
/** The longest that a notice waits for others to share its frame (docs/adr/0008). */
const GATHER_MS = 30;

/** `onLanded` tells who waits, after how many milliseconds. The wait is measured by a clock that nobody sets. */
export function createFlight(onLanded: (took: number) => void): Flight {
  let flying: { readonly frame: number; readonly since: number } | undefined;
  /** Until then nothing more is sent. */
  let until = 0;
  return {
    began: (frame) => {
      flying = { frame, since: performance.now() };
      until = flying.since + MAX_DELAY_MS;
    },
    landed: (frame) => {
      if (flying === undefined) return;
      const now = performance.now();
      until = now + MAX_DELAY_MS;
      if (flying.frame !== frame) return;
      const took = now - flying.since;
      flying = undefined;
      until = now + Math.min(took, GATHER_MS);
      onLanded(took);
    },
    rest: () => Math.max(0, until - performance.now()),
  };
}
