/** The frame that is on its way to the router: what gathers until its report comes back is the next frame. */
export interface Flight {
  began(frame: number): void;
  /** A report came; one on another frame changes nothing. */
  landed(frame: number): void;
  /** Milliseconds to wait at the most; 0 when nothing is on its way. */
  rest(): number;
}

/** A frame that nobody can read gets no report, and a router that is away writes none: then the next one goes all the same. */
const LONGEST_MS = 1_000;

/** `onLanded` tells who waits, after how many milliseconds. The wait is measured by a clock that nobody sets. */
export function createFlight(onLanded: (took: number) => void): Flight {
  let flying: { readonly frame: number; readonly since: number } | undefined;
  return {
    began: (frame) => {
      flying = { frame, since: performance.now() };
    },
    landed: (frame) => {
      if (flying?.frame !== frame) return;
      const took = performance.now() - flying.since;
      flying = undefined;
      onLanded(took);
    },
    rest: () => (flying === undefined ? 0 : Math.max(0, flying.since + LONGEST_MS - performance.now())),
  };
}
