/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`, whichever is first. Does not use
 * `AbortSignal.any` with `AbortSignal.timeout`: Node may collect both as garbage while `work` waits, and then the
 * deadline never comes; and each call would leave a listener on a long-lived signal.
 */
export async function withDeadline<T>(
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
  work: (soon: AbortSignal) => Promise<T>,
): Promise<T> {
  const soon = new AbortController();
  const end = (): void => soon.abort();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await work(soon.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
