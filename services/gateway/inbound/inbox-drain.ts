/** Whether the messages that waited in the stream IN were all delivered. */
export interface InboxDrain {
  /** Call with each delivered message: how many messages behind it were not delivered yet. */
  seen(pending: number): void;
  /** Call when the connection is up, for the first time or again: what waits in IN is unknown. */
  connected(): void;
  /**
   * True once IN has been empty for `DRAINED_AFTER_MS`. By then the earlier messages are handled, and messages
   * for which IN had no room have arrived.
   */
  isDrained(): boolean;
}

/** Longer than a router waits before it offers a full stream the next parked message. */
const DRAINED_AFTER_MS = 5_000;

/** Creates the watch of one gateway; `passed` returns monotonic milliseconds. */
export function createInboxDrain(passed: () => number = () => performance.now()): InboxDrain {
  let since: number | undefined;
  return {
    seen: (pending) => {
      if (pending > 0) since = undefined;
      else since ??= passed();
    },
    connected: () => {
      since = undefined;
    },
    isDrained: () => since !== undefined && passed() - since >= DRAINED_AFTER_MS,
  };
}
