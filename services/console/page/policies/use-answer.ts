import { useEffect, useState } from 'preact/hooks';
import { post } from '../api.js';

/** What the console says about a text; `value` may be of the text before while the newest is asked about. */
export interface Answered<T> {
  readonly value: T | undefined;
  readonly trouble: string;
  readonly isAsking: boolean;
}

const REST_MS = 400;
const AGAIN_MS = 1_500;
/** One question at a time, and the machine has others to serve. */
const LATER = [429, 503];

let last: Promise<unknown> = Promise.resolve();

/** After what was asked before, since the console answers a viewer one question at a time. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn;
  return turn;
}

/** Asks when the body has not changed for a moment, again while the console is busy, and never two at once. */
export function useAnswer<T>(what: string, body: object, onOver: () => void): Answered<T> {
  const [answered, setAnswered] = useState<Answered<T>>({ value: undefined, trouble: '', isAsking: true });
  const asked = JSON.stringify(body);
  useEffect(() => {
    let isOver = false;
    let timer = 0;
    const look = async (): Promise<void> => {
      const answer = await inTurn(async () => {
        return isOver ? undefined : post<T>(`/v1/policies/${what}`, body);
      });
      if (isOver || answer === undefined) return;
      if (answer.ok) setAnswered({ value: answer.value, trouble: '', isAsking: false });
      else if (answer.problem.status === 401) onOver();
      else if (LATER.includes(answer.problem.status)) timer = setTimeout(() => void look(), AGAIN_MS);
      else setAnswered({ value: undefined, trouble: answer.problem.detail, isAsking: false });
    };
    setAnswered((before) => ({ ...before, isAsking: true }));
    timer = setTimeout(() => void look(), REST_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [what, asked]);
  return answered;
}
