/**
 * One frame is begun after the other, and between two of them whatever has arrived meanwhile is looked at. With libsodium a
 * frame is opened without a pause: with many organisations the broker's answers about those before it would wait for all.
 */
export function createFrameYield(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}
