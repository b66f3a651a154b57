import { useEffect, useState } from 'preact/hooks';
import { post, type ApiProblem } from '../api.js';

/** What the console says about a text; `value` may be of the text before while the newest is asked about. */
export interface AnswerState<T> {
  readonly value: T | undefined;
  readonly trouble: string;
  /** Whether it is the text that cannot be asked about. */
  readonly isOfText: boolean;
  readonly isAsking: boolean;
}

const REST_MS = 400;
const AGAIN_MS = 1_500;
/** One question at a time, and the machine has others to serve; but not for ever. */
const LATER = ['rate-limited', 'busy'];
const MAX_TRIES = 20;
const OF_TEXT = ['policy-invalid', 'policy-missing', 'oversize'];

let last: Promise<unknown> = Promise.resolve();

/** After what was asked before, since the console answers a viewer one question at a time. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn;
  return turn;
}

const NOT_YET = { value: undefined, trouble: '', isOfText: false, isAsking: true };

function troubled({ code, detail }: ApiProblem): AnswerState<never> {
  return { ...NOT_YET, trouble: detail, isOfText: OF_TEXT.includes(code), isAsking: false };
}

/** Asks when the body has not changed for a moment, again while the console is busy, and never two at once. */
export function useAnswer<T>(what: string, body: object, onOver: () => void): AnswerState<T> {
  const [answered, setAnswered] = useState<AnswerState<T>>(NOT_YET);
  const asked = JSON.stringify(body);
  useEffect(() => {
    let isOver = false;
    let [timer, tries] = [0, 0];
    const look = async (): Promise<void> => {
      const answer = await inTurn(async () => {
        return isOver ? undefined : post<T>(`/v1/policies/${what}`, body);
      });
      if (isOver || answer === undefined) return;
      if (answer.ok) setAnswered({ ...NOT_YET, value: answer.value, isAsking: false });
      else if (answer.problem.status === 401) onOver();
      else if (LATER.includes(answer.problem.code) && ++tries < MAX_TRIES)
        timer = setTimeout(() => void look(), AGAIN_MS);
      else setAnswered(troubled(answer.problem));
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
