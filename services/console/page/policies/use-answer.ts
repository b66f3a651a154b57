import { useEffect, useState } from 'preact/hooks';
import { postJson, type ApiProblem } from '../api.js';

/** The console's answer for an edited text; while one is loading, `value` may belong to the previous text. */
export interface AnswerState<T> {
  readonly value: T | undefined;
  readonly errorText: string;
  /** True if the text itself cannot be evaluated. */
  readonly isTextError: boolean;
  readonly isLoading: boolean;
}

const TYPING_PAUSE_MS = 400;
const RETRY_MS = 1_500;
/** Codes of a console that is busy with other requests: the same request may succeed later. */
const RETRYABLE_CODES = ['rate-limited', 'busy'];
/** How often a request is repeated: for the four minutes that the console gives to one question. */
const MAX_TRIES = 160;
const TEXT_ERROR_CODES = ['policy-invalid', 'policy-missing', 'oversize'];

let lastRequest: Promise<unknown> = Promise.resolve();

/** Runs `work` after the requests before it: the console answers a viewer's requests to the workbench one at a time. */
function enqueue<T>(work: () => Promise<T>): Promise<T> {
  const request = lastRequest.then(work);
  lastRequest = request;
  return request;
}

const LOADING = { value: undefined, errorText: '', isTextError: false, isLoading: true };

function toErrorState({ code, detail }: ApiProblem): AnswerState<never> {
  return { ...LOADING, errorText: detail, isTextError: TEXT_ERROR_CODES.includes(code), isLoading: false };
}

/**
 * Posts `body` to `/v1/policies/<what>` once it has not changed for 0.4 seconds, and again for up to four minutes while the console
 * is busy. One request of the page runs at a time. Calls `onSessionEnd` after a 401.
 */
export function useAnswer<T>(what: string, body: object, onSessionEnd: () => void): AnswerState<T> {
  const [state, setState] = useState<AnswerState<T>>(LOADING);
  const serialised = JSON.stringify(body);
  useEffect(() => {
    let isOver = false;
    let [timer, tries] = [0, 0];
    const load = async (): Promise<void> => {
      const answer = await enqueue(async () => {
        return isOver ? undefined : postJson<T>(`/v1/policies/${what}`, body);
      });
      if (isOver || answer === undefined) return;
      if (answer.ok) setState({ ...LOADING, value: answer.value, isLoading: false });
      else if (answer.problem.status === 401) onSessionEnd();
      else if (RETRYABLE_CODES.includes(answer.problem.code) && ++tries < MAX_TRIES)
        timer = setTimeout(() => void load(), RETRY_MS);
      else setState(toErrorState(answer.problem));
    };
    setState((before) => ({ ...before, isLoading: true }));
    timer = setTimeout(() => void load(), TYPING_PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [what, serialised]);
  return state;
}
