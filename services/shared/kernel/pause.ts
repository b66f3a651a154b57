import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after `ms`; at once, and as quietly, when `signal` aborts. Until then the process stays. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves when `signal` aborts, or at once when it was aborted before. Keeps no process. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
