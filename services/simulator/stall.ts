const LOOK_MS = 100;

/**
 * Aborts `late` once `left` has not returned a smaller number for `patienceMs` milliseconds: a slow federation is
 * waited for while the number falls. Ends when `late` aborts for another reason, and does not keep the process running.
 */
export function abortOnStall(late: AbortController, left: () => number, patienceMs: number): void {
  let [least, since] = [left(), Date.now()];
  const timer = setInterval(() => {
    const now = left();
    if (now < least) [least, since] = [now, Date.now()];
    if (Date.now() - since >= patienceMs) late.abort();
  }, LOOK_MS).unref();
  late.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
