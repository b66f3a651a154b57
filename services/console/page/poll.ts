import { useEffect, useState } from 'preact/hooks';
import { requestJson } from './api.js';

/** The last answer of a polled path; `value` stays while later requests fail, and `errorText` says why they fail. */
export interface Polled<T> {
  readonly value: T | undefined;
  /** A sentence for people; empty if the last request succeeded. */
  readonly errorText: string;
  /** True after a 404: the resource does not exist, or this viewer may not see it. */
  readonly missing: boolean;
  /** Requests the path immediately. */
  readonly refresh: () => void;
}

type PolledState<T> = Omit<Polled<T>, 'refresh'>;

const POLL_INTERVAL_MS = 3_000;
/** A console that hangs does not close its connections. */
const RESPONSE_TIMEOUT_MS = 10_000;
/** The request itself is wrong: the same request would fail again. */
const BAD_REQUEST = 400;

/**
 * Requests `path` every three seconds while the page is visible, until a 400. Calls `onSessionEnd` after a 401.
 */
export function usePolled<T>(path: string, onSessionEnd: () => void): Polled<T> {
  const [state, setState] = useState<PolledState<T> & { readonly of: string }>();
  const [refreshes, setRefreshes] = useState(0);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      const answer = document.hidden
        ? undefined
        : await requestJson<T>(path, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) });
      if (ended) return;
      if (answer?.ok === true) setState({ of: path, value: answer.value, errorText: '', missing: false });
      else if (answer?.problem.status === 401) onSessionEnd();
      else if (answer?.problem.status === 404)
        setState({ of: path, value: undefined, errorText: '', missing: true });
      else if (answer !== undefined) {
        const { status, detail } = answer.problem;
        const isRetried = status !== BAD_REQUEST;
        setState((last) => ({
          of: path,
          value: last?.of === path ? last.value : undefined,
          errorText: isRetried ? `${detail}; trying again` : detail,
          missing: false,
        }));
        if (!isRetried) return;
      }
      timer = setTimeout(() => void poll(), POLL_INTERVAL_MS);
    };
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [path, refreshes]);
  const current = state?.of === path ? state : { value: undefined, errorText: '', missing: false };
  return { ...current, refresh: () => setRefreshes((count) => count + 1) };
}
