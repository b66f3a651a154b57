/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`, whichever is first. Removes its listener, which
 * `AbortSignal.any` would leave on a long-lived signal for every message.
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
