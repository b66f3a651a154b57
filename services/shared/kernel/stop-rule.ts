/**
 * A signal that arrives this soon after the first belongs to the same request, in milliseconds: at Ctrl-C the terminal signals
 * the whole foreground group, and `npm start` then forwards its own copy to its child.
 */
const SAME_REQUEST_MS = 500;

interface StopRuleParams {
  /** Called once, at the first request. */
  readonly first: (why: string) => void;
  /** Called at each later request. */
  readonly again: () => void;
  /** Returns steady milliseconds; only tests set it. */
  readonly now?: () => number;
}

/** Creates the listener of requests to stop: the second one ends a process at once, copies of the first one are ignored. */
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
