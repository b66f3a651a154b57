/**
 * Paces the frames to the router. Notices gather until the report on the frame in flight arrives, and for as
 * long again (at most `GATHER_MS`), and leave as the next frame. A slow round trip thus makes for fewer,
 * larger frames; a notice that arrives when nothing is in flight leaves at once.
 */
export interface SendPacing {
  /** This frame was sent. */
  sent(frame: number): void;
  /** A report arrived. One on an earlier frame shows that the hub is working and extends the wait for the frame in flight. */
  reported(frame: number): void;
  /** Milliseconds to wait, at most, before the next frame; 0 when it may leave now. */
  waitMs(): number;
}

/** The longest wait for a report: an unreadable frame gets none, and a router that is down sends none. */
const MAX_REPORT_WAIT_MS = 1_000;
/** The longest that a notice waits for others to share its frame (docs/adr/0008). */
const GATHER_MS = 30;

/** Creates the pacing. `onReport` gets the milliseconds from a frame to its report. Times are monotonic. */
export function createSendPacing(onReport: (took: number) => void): SendPacing {
  let inFlight: { readonly frame: number; readonly since: number } | undefined;
  /** Nothing is sent before this time. */
  let until = 0;
  return {
    sent: (frame) => {
      inFlight = { frame, since: performance.now() };
      until = inFlight.since + MAX_REPORT_WAIT_MS;
    },
    reported: (frame) => {
      if (inFlight === undefined) return;
      const now = performance.now();
      until = now + MAX_REPORT_WAIT_MS;
      if (inFlight.frame !== frame) return;
      const took = now - inFlight.since;
      inFlight = undefined;
      until = now + Math.min(took, GATHER_MS);
      onReport(took);
    },
    waitMs: () => Math.max(0, until - performance.now()),
  };
}
