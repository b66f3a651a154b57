/**
 * A signal within this many milliseconds of the first belongs to the same request: on Ctrl-C the terminal signals the whole
 * foreground group, and `npm start` also forwards the signal to its child.
 */
const SAME_REQUEST_MS = 500;

interface StopRuleParams {
  /** Called once, on the first request. */
  readonly first: (why: string) => void;
  /** Called on each later request. */
  readonly again: () => void;
  /** Returns monotonic milliseconds; set only by tests. */
  readonly now?: () => number;
}

/**
 * Creates the listener for stop requests. It ignores copies of the first request; the second request ends the process at
 * once.
 */
export function createStopRule({
  first,
  again,
  now = () => performance.now(),
}: StopRuleParams): (why: string) => void {
  let firstAt: number | undefined;
  return (why) => {
    if (firstAt === undefined) {
      firstAt = now();
      first(why);
    } else if (now() - firstAt >= SAME_REQUEST_MS) again();
  };
}
