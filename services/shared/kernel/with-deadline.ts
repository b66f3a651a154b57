/**
 * Gives the work a signal that ends with `signal` or after `ms`, whichever is first. Leaves no listener behind, as
 * `AbortSignal.any` on the router's one long-lived signal would for every message.
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
