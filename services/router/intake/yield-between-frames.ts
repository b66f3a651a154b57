/**
 * Lets frames start one after the other, with one turn of the event loop between them. libsodium verifies a frame without
 * yielding: with many organisations, the broker's answers about earlier frames would wait until all are opened.
 */
export function createFrameYield(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}
